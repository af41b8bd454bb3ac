ALTER TABLE message DROP COLUMN in_doubt_on;
