-- The frozen figures a board summary was sent with, as JSON.
CREATE TABLE snapshot (
    id INTEGER NOT NULL PRIMARY KEY,
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    -- The month the figures are for, as YYYY-MM.
    month TEXT NOT NULL,
    as_at DATE NOT NULL,
    known_at TIMESTAMP NOT NULL,
    frozen_at TIMESTAMP NOT NULL,
    content_hash TEXT NOT NULL,
    figures TEXT NOT NULL,
    -- The newest import that the figures rest on.
    newest_import INTEGER,
    UNIQUE (organisation_id, month)
);
