-- The newest entry of an action is asked for with every page of figures: of the newest purge, whether somebody who is
-- kept in memory is to be there no more.
CREATE INDEX audit_by_action ON audit (action, id);
