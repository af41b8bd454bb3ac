-- Which installation this database belongs to: a copy of it found elsewhere must not mail anybody. One row, or none
-- until mail first leaves through a mail server.
CREATE TABLE installation (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    -- A hash that tells this machine and file from any other, or the configured name of the installation.
    identity TEXT NOT NULL,
    -- Where that was, for people.
    place TEXT NOT NULL,
    adopted_at TIMESTAMP NOT NULL,
    -- Set in a backup, to the instant it was made: a backup belongs to no installation until it is adopted.
    backup_made_at TIMESTAMP,
    -- The entry of the audit log that says how this installation came by the database.
    audit_entry INTEGER
);

-- What each configuration that works on this database last told it: what it tells is taken up when it tells something
-- else, not whenever another configuration has told something since.
CREATE TABLE configuration (
    -- A hash that tells the file on this machine from any other.
    identity TEXT NOT NULL PRIMARY KEY,
    -- Where that is, for people.
    place TEXT NOT NULL,
    -- The hash of the policy, and the organisation as JSON; null until told.
    policy_hash TEXT,
    organisation TEXT
);

-- The daemons of the installation: what each is for, and when it was last seen.
CREATE TABLE node (
    name TEXT NOT NULL PRIMARY KEY,
    version TEXT NOT NULL,
    -- Names of roles, with a comma and a space between.
    roles TEXT NOT NULL,
    seen_at TIMESTAMP NOT NULL,
    -- What tells the process that wrote this from any other.
    process TEXT NOT NULL,
    -- When two processes were last found to write it in turns.
    twin_at TIMESTAMP
);

-- What people are named by in data that is handed out without their names: drawn when the tables are made, the same for
-- good and on every machine, and handed out to nobody. One row.
CREATE TABLE installation_secret (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    secret BLOB NOT NULL CHECK (length(secret) = 32)
);
INSERT INTO installation_secret (id, secret) VALUES (1, randomblob(32));
