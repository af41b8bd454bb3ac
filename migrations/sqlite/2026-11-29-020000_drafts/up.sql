-- Files that were brought in the browser and are not imported yet; the files themselves lie in the folder of uploads.
CREATE TABLE import_draft (
    -- Chance gives it: one that was removed is never another's.
    id INTEGER NOT NULL PRIMARY KEY,
    -- Who brought it.
    account_id INTEGER NOT NULL REFERENCES account (id),
    -- Whose rows it may hold. Null: those of all organisations.
    organisation_id INTEGER REFERENCES organisation (id),
    kind TEXT NOT NULL,
    -- What the file is called by whoever brought it.
    file TEXT NOT NULL,
    -- What it is called in the folder.
    upload TEXT NOT NULL UNIQUE,
    as_of DATE NOT NULL,
    partial BOOLEAN NOT NULL,
    -- The sheet to read; empty: the first.
    sheet TEXT NOT NULL,
    -- Further headers, as a map file says them; empty: none.
    column_map TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX import_draft_at_one ON import_draft (organisation_id, kind) WHERE organisation_id IS NOT NULL;
CREATE UNIQUE INDEX import_draft_at_all ON import_draft (kind) WHERE organisation_id IS NULL;

-- Rows of a file that could not be used, for a person to put right.
CREATE TABLE rejected_row (
    id INTEGER NOT NULL PRIMARY KEY,
    import_id INTEGER NOT NULL REFERENCES import (id),
    -- Its line in the file; 0 is the header.
    line BIGINT NOT NULL,
    -- Its cells, as a list in JSON.
    cells TEXT NOT NULL,
    -- What is wrong, as a list in JSON of the column and the reason.
    faults TEXT NOT NULL,
    UNIQUE (import_id, line)
);

-- Which of their headers means which of our columns, as somebody said it, for the next file of the kind.
CREATE TABLE import_map (
    id INTEGER NOT NULL PRIMARY KEY,
    organisation_id INTEGER REFERENCES organisation (id),
    kind TEXT NOT NULL,
    column_map TEXT NOT NULL
);
CREATE UNIQUE INDEX import_map_at_one ON import_map (organisation_id, kind) WHERE organisation_id IS NOT NULL;
CREATE UNIQUE INDEX import_map_at_all ON import_map (kind) WHERE organisation_id IS NULL;
