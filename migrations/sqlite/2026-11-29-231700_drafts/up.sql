-- How the file is read: the start date of people who are new, its encoding, and what dates of a matrix are. Empty: as it says itself.
ALTER TABLE import_draft ADD COLUMN start_on DATE;
ALTER TABLE import_draft ADD COLUMN encoding TEXT NOT NULL DEFAULT '';
ALTER TABLE import_draft ADD COLUMN cells TEXT NOT NULL DEFAULT '' CHECK (cells IN ('', 'completed', 'expires'));
