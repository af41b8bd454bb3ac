-- The weeks in which an organisation's managers had their digests planned: once a week, however little was listed.
CREATE TABLE digest_week (
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    -- The Monday it begins on.
    week DATE NOT NULL,
    planned_on DATE NOT NULL,
    ran_at TIMESTAMP NOT NULL,
    -- Digests planned, held ones included.
    digests BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, week)
);

-- What a digest lists: to look at it again before it is sent, and to find what names somebody.
CREATE TABLE digest_item (
    id INTEGER NOT NULL PRIMARY KEY,
    message_id INTEGER NOT NULL REFERENCES message (id),
    staff_id INTEGER NOT NULL REFERENCES staff (id),
    course TEXT NOT NULL,
    due_on DATE NOT NULL,
    UNIQUE (message_id, staff_id, course)
);
CREATE INDEX digest_item_by_staff ON digest_item (staff_id);
