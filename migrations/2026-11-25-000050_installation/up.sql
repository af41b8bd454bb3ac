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
    backup_made_at TIMESTAMP
);
