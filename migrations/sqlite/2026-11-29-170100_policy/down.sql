DROP TABLE policy_draft;
ALTER TABLE policy_version DROP COLUMN over_file_hash;
