-- Which installation this database belongs to: a copy of it found elsewhere must not mail anybody. One row, or none
-- until mail first leaves through a mail server.
CREATE TABLE installation (
    id integer NOT NULL PRIMARY KEY CHECK (id = 1),
    -- A hash that tells this machine and file from any other, or the configured name of the installation.
    identity text COLLATE "C" NOT NULL,
    -- Where that was, for people.
    place text COLLATE "C" NOT NULL,
    adopted_at timestamp(6) NOT NULL,
    -- Set in a backup, to the instant it was made: a backup belongs to no installation until it is adopted.
    backup_made_at timestamp(6),
    -- The entry of the audit log that says how this installation came by the database.
    audit_entry integer
);

-- What each configuration that works on this database last told it: what it tells is taken up when it tells something
-- else, not whenever another configuration has told something since.
CREATE TABLE configuration (
    -- A hash that tells the file on this machine from any other.
    identity text COLLATE "C" NOT NULL PRIMARY KEY,
    -- Where that is, for people.
    place text COLLATE "C" NOT NULL,
    -- The hash of the policy, and the organisation as JSON; null until told.
    policy_hash text COLLATE "C",
    organisation text COLLATE "C"
);

-- The daemons of the installation: what each is for, and when it was last seen.
CREATE TABLE node (
    name text COLLATE "C" NOT NULL PRIMARY KEY,
    version text COLLATE "C" NOT NULL,
    -- Names of roles, with a comma and a space between.
    roles text COLLATE "C" NOT NULL,
    seen_at timestamp(6) NOT NULL,
    -- What tells the process that wrote this from any other.
    process text COLLATE "C" NOT NULL,
    -- When two processes were last found to write it in turns.
    twin_at timestamp(6)
);

-- What people are named by in data that is handed out without their names: drawn when the tables are made, the same for
-- good and on every machine, and handed out to nobody. One row.
CREATE TABLE installation_secret (
    id integer NOT NULL PRIMARY KEY CHECK (id = 1),
    secret bytea NOT NULL CHECK (length(secret) = 32)
);
INSERT INTO installation_secret (id, secret) VALUES (1, uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
