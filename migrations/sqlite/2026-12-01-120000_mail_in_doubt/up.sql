-- The civil day on which a message was last handed over without an answer: its receiver may have had it then.
ALTER TABLE message ADD COLUMN in_doubt_on DATE;
UPDATE message SET in_doubt_on = tried_on
    WHERE state = 'deferred' AND last_error LIKE 'the connection was lost when the message was handed over%';
