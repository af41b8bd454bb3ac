DROP TABLE program_version;
DROP TABLE newest_instant;
