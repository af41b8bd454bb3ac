-- What programs sign in with. A token keeps its number and its name for good: the audit log knows it by those.
CREATE TABLE api_token (
    id INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    -- The part of the token that is no secret, by which it is found.
    public_id TEXT NOT NULL UNIQUE,
    -- Of the whole token, which is kept nowhere.
    token_hash TEXT NOT NULL,
    -- What it is for, by spaces.
    scopes TEXT NOT NULL,
    -- The addresses it may come from, by spaces; empty: any.
    addresses TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    -- The last day on which it holds.
    expires_on DATE NOT NULL,
    revoked_at TIMESTAMP
);

-- The organisations that a token is for; all, where it has none.
CREATE TABLE api_token_organisation (
    api_token_id INTEGER NOT NULL REFERENCES api_token (id),
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    PRIMARY KEY (api_token_id, organisation_id)
);

-- What files brought by HTTPS came to: kept for thirty days, so that the same request gets the same answer.
CREATE TABLE api_run (
    id INTEGER NOT NULL PRIMARY KEY,
    -- By which whoever brought the file asks for it.
    name TEXT NOT NULL UNIQUE,
    api_token_id INTEGER NOT NULL REFERENCES api_token (id),
    -- The key by which the same request is known again; null where it came without.
    idempotency_key TEXT,
    -- What was asked: kind and parameters.
    request TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    import_id INTEGER REFERENCES import (id),
    -- The answer: its status, and its document.
    status INTEGER NOT NULL,
    document TEXT NOT NULL,
    -- The rejected rows as a file, to be put right; empty where there are none.
    rejected TEXT NOT NULL
);
CREATE UNIQUE INDEX api_run_once ON api_run (api_token_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX api_run_by_import ON api_run (import_id);
CREATE INDEX api_run_by_recorded_at ON api_run (recorded_at);
