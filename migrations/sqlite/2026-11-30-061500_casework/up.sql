-- What somebody did about something that waits: by what it is about and since when, and never what it says, which is worked
-- out anew at every look.
CREATE TABLE work_item (
    id INTEGER NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('bouncing_address', 'shared_address', 'rejected_rows', 'held_mail')),
    -- The code of the organisation, or of each, as the list names them.
    organisation TEXT NOT NULL,
    -- The register's number of a person, the number of an import, or the code of an organisation.
    about TEXT NOT NULL,
    since_at TIMESTAMP NOT NULL,
    -- How often it was taken, given back, closed or opened again: who changes it says which they were shown.
    version INTEGER NOT NULL,
    -- Whose it is.
    taken_by INTEGER REFERENCES account (id),
    -- By whom it was closed, when and why. It holds until the thing happens anew.
    closed_account_id INTEGER REFERENCES account (id),
    closed_at TIMESTAMP,
    closed_for TEXT NOT NULL,
    -- When anybody last did anything about it.
    changed_at TIMESTAMP NOT NULL,
    UNIQUE (kind, organisation, about, since_at),
    CHECK ((closed_account_id IS NULL) = (closed_at IS NULL))
);

-- Whom it is about, so that it is found by each of them.
CREATE TABLE work_item_person (
    work_item_id INTEGER NOT NULL REFERENCES work_item (id),
    staff_id INTEGER NOT NULL REFERENCES staff (id),
    PRIMARY KEY (work_item_id, staff_id)
);
CREATE INDEX work_item_person_by_staff ON work_item_person (staff_id, work_item_id);

-- What somebody said of it.
CREATE TABLE work_comment (
    id INTEGER NOT NULL PRIMARY KEY,
    work_item_id INTEGER NOT NULL REFERENCES work_item (id),
    account_id INTEGER NOT NULL REFERENCES account (id),
    written_at TIMESTAMP NOT NULL,
    words TEXT NOT NULL
);
CREATE INDEX work_comment_by_item ON work_comment (work_item_id, id);
