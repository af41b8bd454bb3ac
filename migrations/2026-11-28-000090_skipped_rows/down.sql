ALTER TABLE import DROP COLUMN skipped;
