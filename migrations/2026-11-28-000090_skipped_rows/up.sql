-- Rows that were understood and held nothing to keep: a training that was not completed, a course that is not ours.
ALTER TABLE import ADD COLUMN skipped BIGINT NOT NULL DEFAULT 0;
