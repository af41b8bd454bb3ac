-- Files taken from the inbox. A row is written with what the file came to, in one transaction, so that the same file is
-- never taken twice; telling of it and moving it away come after, and are made up for as long as `settled_at` is null.
CREATE TABLE taken_file (
    id INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    size BIGINT NOT NULL,
    modified_at TIMESTAMP NOT NULL,
    content_hash TEXT NOT NULL,
    -- What was imported: `staff`, `training`, ...
    kind TEXT NOT NULL,
    taken_at TIMESTAMP NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('done', 'refused')),
    -- Null where nothing was changed.
    import_id INTEGER REFERENCES import (id),
    -- Where it goes, below the inbox.
    moved_to TEXT NOT NULL,
    -- Whether rejected rows are to be written beside it.
    has_rejected BOOLEAN NOT NULL,
    -- What is to be told of it, as JSON; null once its report is in the outbox.
    untold TEXT,
    settled_at TIMESTAMP
);
-- What two processes can't both take. Once a file was moved away, another of the same name may be as large and as old.
CREATE UNIQUE INDEX taken_file_in_hand ON taken_file (name, size, modified_at, content_hash) WHERE settled_at IS NULL;
CREATE INDEX taken_file_by_content ON taken_file (content_hash);
