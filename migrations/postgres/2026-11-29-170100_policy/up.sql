-- Of a policy that was put in force in the console: the hash of the policy file that it stands over. Null: a file said it.
ALTER TABLE policy_version ADD COLUMN over_file_hash text COLLATE "C";

-- Policies that somebody is writing in the console, one an account.
CREATE TABLE policy_draft (
    account_id integer NOT NULL PRIMARY KEY REFERENCES account (id),
    content text COLLATE "C" NOT NULL,
    saved_at timestamp(6) NOT NULL
);
