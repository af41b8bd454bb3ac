ALTER TABLE installation DROP COLUMN audit_entry;
DROP TABLE audit_start;
DROP TABLE audit_head;
ALTER TABLE bounce DROP COLUMN told_at;
ALTER TABLE bounce DROP COLUMN confirmed_at;
ALTER TABLE bounce DROP COLUMN held_at;
ALTER TABLE bounce DROP COLUMN failed_address;
