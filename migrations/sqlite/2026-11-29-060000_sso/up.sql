-- Who somebody is at an identity provider: what lets them in to their account here.
CREATE TABLE account_identity (
    id INTEGER NOT NULL PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (id),
    -- The provider, and the number by which it knows them there for good.
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    bound_at TIMESTAMP NOT NULL,
    UNIQUE (issuer, subject)
);
CREATE INDEX account_identity_by_account ON account_identity (account_id, id);

-- Answers of the provider that were taken, by the hash of the state that each carries: each is taken once.
CREATE TABLE used_answer (
    state_hash TEXT NOT NULL PRIMARY KEY,
    used_at TIMESTAMP NOT NULL
);

-- Where a role is from: 'hand', or 'group' where a group at the provider gives it, which the next sign-in takes away again.
ALTER TABLE access_grant ADD COLUMN source TEXT NOT NULL DEFAULT 'hand' CHECK (source IN ('hand', 'group'));
DROP INDEX access_grant_at_one;
DROP INDEX access_grant_at_all;
CREATE UNIQUE INDEX access_grant_at_one ON access_grant (account_id, role, organisation_id, scope, source)
    WHERE organisation_id IS NOT NULL;
CREATE UNIQUE INDEX access_grant_at_all ON access_grant (account_id, role, scope, source) WHERE organisation_id IS NULL;

-- How somebody signed in: with a password, or at the provider, which told their groups or did not.
ALTER TABLE sign_in ADD COLUMN way TEXT NOT NULL DEFAULT 'password' CHECK (way IN ('password', 'sso', 'sso-without-groups'));
