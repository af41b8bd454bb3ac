ALTER TABLE import_draft DROP COLUMN cells;
ALTER TABLE import_draft DROP COLUMN encoding;
ALTER TABLE import_draft DROP COLUMN start_on;
