ALTER TABLE message ADD COLUMN once_key TEXT;
UPDATE message SET once_key = (
    SELECT min(key) FROM promise WHERE message_id = message.id AND step IS NULL AND NOT withdrawn
);
CREATE UNIQUE INDEX message_once_key ON message (once_key);
CREATE TABLE told AS
    SELECT id, message_id, staff_id, about AS course, due_on, step AS stage, withdrawn FROM promise WHERE kind = 'reminder';
CREATE TABLE review_told AS
    SELECT id, message_id, organisation_id, about AS statement, due_on AS review_by, step AS months_overdue FROM promise
    WHERE kind = 'assurance-review';
CREATE TABLE digest_week AS
    SELECT organisation_id, due_on AS week FROM promise
    WHERE kind = 'manager-digest' AND message_id IS NULL AND NOT withdrawn;
DROP TABLE promise;
