ALTER TABLE assignment_version DROP COLUMN category;
