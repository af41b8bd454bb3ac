DROP TABLE purged_import;
DROP INDEX import_undone_once;
ALTER TABLE import DROP COLUMN undoes;
