-- Reminders, digests and reviews are queued as what they promise and put into words at their first attempt.
ALTER TABLE message ADD COLUMN worded_at TIMESTAMP;
-- The newest import when it was planned: who its receiver was then can be looked up.
ALTER TABLE message ADD COLUMN planned_from INTEGER;
-- The civil day before which it is not looked at again.
ALTER TABLE message ADD COLUMN not_before DATE;
-- The civil day on which it was last handed over.
ALTER TABLE message ADD COLUMN tried_on DATE;
-- Whose name it is sent in and who is replied to, kept with the words: every attempt carries the same.
ALTER TABLE message_body ADD COLUMN from_name TEXT;
ALTER TABLE message_body ADD COLUMN reply_to TEXT;

UPDATE message SET
    planned_from = (SELECT max(id) FROM import WHERE recorded_at <= message.queued_at),
    tried_on = date(coalesce(sent_at, last_attempt_at));
-- What was queued with words by an earlier version and never tried is worded anew when it is; every other message keeps
-- the words it has.
UPDATE message SET worded_at = queued_at
    WHERE NOT (kind IN ('reminder', 'manager-digest', 'assurance-review') AND state IN ('held', 'queued') AND attempts = 0);
DELETE FROM message_body WHERE message_id IN (SELECT id FROM message WHERE worded_at IS NULL);
DELETE FROM message_part WHERE message_id IN (SELECT id FROM message WHERE worded_at IS NULL);
DELETE FROM digest_item WHERE message_id IN (SELECT id FROM message WHERE worded_at IS NULL);
UPDATE message SET subject = '' WHERE worded_at IS NULL;

DROP INDEX message_by_state;
CREATE INDEX message_by_state ON message (state, not_before, next_attempt_at);
-- Whom a manager leads is found without reading everybody.
CREATE INDEX assignment_version_by_manager ON assignment_version (manager_employee_number) WHERE closed_by IS NULL;

-- How many deliveries were tried in each second, by whatever process: what the pace is kept by.
CREATE TABLE tried_second (
    -- Since 1970.
    second BIGINT NOT NULL PRIMARY KEY,
    tried BIGINT NOT NULL,
    -- The last of them.
    last_at TIMESTAMP NOT NULL
);
INSERT INTO tried_second (second, tried, last_at)
    SELECT CAST(strftime('%s', last_attempt_at) AS BIGINT), count(*), max(last_attempt_at) FROM message
    WHERE last_attempt_at > (SELECT datetime(max(last_attempt_at), '-2 days') FROM message)
    GROUP BY 1;
DROP INDEX message_by_last_attempt;
