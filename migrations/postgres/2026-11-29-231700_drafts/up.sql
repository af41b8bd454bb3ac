-- How the file is read: the start date of people who are new, its encoding, and what dates of a matrix are. Empty: as it says itself.
ALTER TABLE import_draft ADD COLUMN start_on date;
ALTER TABLE import_draft ADD COLUMN encoding text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE import_draft ADD COLUMN cells text COLLATE "C" NOT NULL DEFAULT '' CHECK (cells IN ('', 'completed', 'expires'));
