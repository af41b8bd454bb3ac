DROP TABLE program_version;
DROP TABLE configuration;
ALTER TABLE snapshot DROP COLUMN newest_import;
DROP TABLE newest_instant;
