-- The category of a post, such as permanent, bank or honorary.
ALTER TABLE assignment_version ADD COLUMN category TEXT NOT NULL DEFAULT '';
