-- Who looked at whom in the console, once a day: apart from the audit log, so that it goes with the person.
CREATE TABLE looked_at (
    staff_id INTEGER NOT NULL REFERENCES staff (id),
    account_id INTEGER NOT NULL REFERENCES account (id),
    looked_on DATE NOT NULL,
    PRIMARY KEY (staff_id, account_id, looked_on)
);
CREATE INDEX looked_at_by_day ON looked_at (looked_on, account_id, staff_id);

-- What somebody asks of the list of people again and again, as its address says it.
CREATE TABLE saved_filter (
    id INTEGER NOT NULL PRIMARY KEY,
    -- Who saved it.
    account_id INTEGER NOT NULL REFERENCES account (id),
    -- For whom it stands there. Null: for that account alone.
    organisation_id INTEGER REFERENCES organisation (id),
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    saved_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX saved_filter_of_one ON saved_filter (account_id, name) WHERE organisation_id IS NULL;
CREATE UNIQUE INDEX saved_filter_of_all ON saved_filter (organisation_id, name) WHERE organisation_id IS NOT NULL;
