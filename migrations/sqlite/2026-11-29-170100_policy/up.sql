-- Of a policy that was put in force in the console: the hash of the policy file that it stands over. Null: a file said it.
ALTER TABLE policy_version ADD COLUMN over_file_hash TEXT;

-- Policies that somebody is writing in the console, one an account.
CREATE TABLE policy_draft (
    account_id INTEGER NOT NULL PRIMARY KEY REFERENCES account (id),
    content TEXT NOT NULL,
    saved_at TIMESTAMP NOT NULL
);
