-- Who can sign in to the console. An account keeps its number for good: the audit log knows it by that.
CREATE TABLE account (
    id INTEGER NOT NULL PRIMARY KEY,
    -- As it was written; empty once it was purged.
    email TEXT NOT NULL,
    -- In lower case, as it is told apart; of a purged one what stands for its number.
    email_key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    -- The member of staff whose account it is, where it is one's.
    staff_id INTEGER REFERENCES staff (id),
    enabled BOOLEAN NOT NULL,
    created_at TIMESTAMP NOT NULL,
    -- Since when it is disabled.
    disabled_at TIMESTAMP,
    -- Argon2id, with its parameters; null until the invitation was followed.
    password_hash TEXT,
    last_sign_in_at TIMESTAMP,
    -- Failed tries since the last success, and until when a further one waits.
    failures INTEGER NOT NULL DEFAULT 0,
    first_failure_at TIMESTAMP,
    wait_until TIMESTAMP,
    -- The secret of the second factor, sealed with the key file; null where there is none.
    second_factor BLOB,
    -- The newest 30 seconds of which a code was taken: each is taken once.
    second_factor_step BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX account_by_staff ON account (staff_id);

-- The roles that an account has. Several add up; none is there by default.
CREATE TABLE access_grant (
    id INTEGER NOT NULL PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (id),
    role TEXT NOT NULL CHECK (role IN ('operator', 'hr', 'manager', 'board', 'auditor')),
    -- Null: at all organisations.
    organisation_id INTEGER REFERENCES organisation (id),
    -- Empty: all of it; 'reports'; or 'unit:' and a pattern.
    scope TEXT NOT NULL,
    granted_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX access_grant_at_one ON access_grant (account_id, role, organisation_id, scope)
    WHERE organisation_id IS NOT NULL;
CREATE UNIQUE INDEX access_grant_at_all ON access_grant (account_id, role, scope) WHERE organisation_id IS NULL;

-- Codes for whoever lost the device of the second factor: each once.
CREATE TABLE recovery_code (
    id INTEGER NOT NULL PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (id),
    code_hash TEXT NOT NULL,
    used_at TIMESTAMP,
    UNIQUE (account_id, code_hash)
);

-- Links by which the holder of an account chooses a password: an invitation or a reset. The link itself is kept nowhere.
CREATE TABLE account_link (
    id INTEGER NOT NULL PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (id),
    purpose TEXT NOT NULL CHECK (purpose IN ('invitation', 'reset')),
    -- The mail that carries it; null where it was shown on a terminal.
    message_id INTEGER UNIQUE REFERENCES message (id) ON DELETE SET NULL,
    made_at TIMESTAMP NOT NULL,
    ends_at TIMESTAMP NOT NULL,
    -- When a password was chosen by it, or a newer one took its place.
    spent_at TIMESTAMP
);
CREATE INDEX account_link_by_account ON account_link (account_id, id);

-- Who is signed in at this moment.
CREATE TABLE sign_in (
    id INTEGER NOT NULL PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (id),
    -- Of what the cookie holds, which is kept nowhere.
    token_hash TEXT NOT NULL UNIQUE,
    -- 'password': the second factor is still to be given, or to be set up; 'whole': signed in.
    stage TEXT NOT NULL CHECK (stage IN ('password', 'whole')),
    began_at TIMESTAMP NOT NULL,
    seen_at TIMESTAMP NOT NULL,
    -- When the password (and code) was last given: what a recent sign-in is told by.
    proved_at TIMESTAMP NOT NULL,
    -- What was done last, told by the next page.
    notice TEXT
);
CREATE INDEX sign_in_by_account ON sign_in (account_id, id);

-- Forms that did what they do, by the hash of the key that each carries: sent again they do nothing.
CREATE TABLE used_form (
    key_hash TEXT NOT NULL PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (id),
    used_at TIMESTAMP NOT NULL
);

-- What was typed into a form whose sign-in had ended, sealed with the key file, for the account to send it again.
CREATE TABLE parked_form (
    id INTEGER NOT NULL PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (id),
    sealed BLOB NOT NULL,
    parked_at TIMESTAMP NOT NULL
);
