-- Who did what. Each entry's hash covers its content and the hash of the entry before it, so that an entry that was
-- changed, removed or slipped in is found. Entries are never changed or deleted.
CREATE TABLE audit (
    id INTEGER NOT NULL PRIMARY KEY,
    recorded_at TIMESTAMP NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    -- What was acted on: `import 12`, `person 17`.
    object TEXT NOT NULL,
    -- A JSON object; of people no more than the register's own number for them.
    details TEXT NOT NULL,
    -- Empty for the first entry. Unique: the chain has no branches.
    previous_hash TEXT NOT NULL UNIQUE,
    hash TEXT NOT NULL UNIQUE
);
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_is_never_deleted BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
-- INSERT OR REPLACE deletes without asking the trigger above.
CREATE TRIGGER audit_is_never_replaced BEFORE INSERT ON audit
WHEN EXISTS (
    SELECT 1 FROM audit
    WHERE id = NEW.id OR previous_hash = NEW.previous_hash OR hash = NEW.hash
)
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;

-- How many entries the audit log has, and the seal of the newest: an end that was cut off is missed. One row.
CREATE TABLE audit_head (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    entries INTEGER NOT NULL,
    hash TEXT NOT NULL
);
INSERT INTO audit_head (id, entries, hash) VALUES (1, 0, '');
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
INSERT INTO audit_start (of_table, last_id)
VALUES ('import', 0), ('policy_version', 0), ('snapshot', 0), ('bounce', 0), ('message', 0), ('purged_import', 0);
