-- The address that failed, as the report names it: that of the mail, or one that the mail server made of it.
ALTER TABLE bounce ADD COLUMN failed_address TEXT NOT NULL DEFAULT '';
-- When so many addresses of an organisation came back in one day that a person has to confirm them, and when one did.
-- From the one to the other the bounce stops no mail.
ALTER TABLE bounce ADD COLUMN held_at TIMESTAMP;
ALTER TABLE bounce ADD COLUMN confirmed_at TIMESTAMP;
-- When the operator was told of it.
ALTER TABLE bounce ADD COLUMN told_at TIMESTAMP;
UPDATE bounce SET failed_address = address;
-- What was kept before it was asked which mail a report is about, and which refusals say that a mailbox is not there,
-- stops no mail from here on unless it would count today. What was so until then stays known.
UPDATE bounce SET cleared_at = coalesce((SELECT at FROM newest_instant WHERE at > CURRENT_TIMESTAMP), CURRENT_TIMESTAMP)
WHERE kind = 'hard' AND cleared_at IS NULL AND (
    message_id IS NULL
    OR status NOT IN ('5.1.1', '5.1.2', '5.1.3', '5.1.6', '5.1.10', '5.2.1')
    OR bounce_report_id IN (
        SELECT id FROM bounce_report WHERE finding = 'it is about an address that refresher sent to'
    )
);
UPDATE newest_instant SET at = CURRENT_TIMESTAMP WHERE at < CURRENT_TIMESTAMP;
-- Of what stands the operator has not been told.
UPDATE bounce SET told_at = read_at WHERE cleared_at IS NOT NULL;

-- How many entries the audit log has, and the seal of the newest: an end that was cut off is missed. One row.
CREATE TABLE audit_head (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    entries INTEGER NOT NULL,
    hash TEXT NOT NULL
);
INSERT INTO audit_head (id, entries, hash)
SELECT 1, (SELECT count(*) FROM audit), coalesce((SELECT hash FROM audit ORDER BY id DESC LIMIT 1), '');
CREATE TRIGGER audit_head_only_grows BEFORE UPDATE ON audit_head WHEN NEW.entries <> OLD.entries + 1
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_head_is_never_deleted BEFORE DELETE ON audit_head
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;

-- Up to which row each table was filled before its rows were asked for entries in the audit log.
CREATE TABLE audit_start (
    of_table TEXT NOT NULL PRIMARY KEY,
    last_id INTEGER NOT NULL
);
INSERT INTO audit_start (of_table, last_id) SELECT 'import', coalesce(max(id), 0) FROM import;
INSERT INTO audit_start (of_table, last_id) SELECT 'policy_version', coalesce(max(id), 0) FROM policy_version;
INSERT INTO audit_start (of_table, last_id) SELECT 'snapshot', coalesce(max(id), 0) FROM snapshot;
INSERT INTO audit_start (of_table, last_id) SELECT 'bounce', coalesce(max(id), 0) FROM bounce;
INSERT INTO audit_start (of_table, last_id) SELECT 'message', coalesce(max(id), 0) FROM message;
INSERT INTO audit_start (of_table, last_id) SELECT 'purged_import', coalesce(max(import_id), 0) FROM purged_import;

-- The entry of the audit log that says how this installation came by the database; none for one that it had before
-- such entries were made.
ALTER TABLE installation ADD COLUMN audit_entry INTEGER;
