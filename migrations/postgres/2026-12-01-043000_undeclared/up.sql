-- Nothing changes here: versions of people, posts and records have never declared which import they refer to. A server
-- that is asked nothing at all calls that a fault.
SELECT;
