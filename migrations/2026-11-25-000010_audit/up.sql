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
