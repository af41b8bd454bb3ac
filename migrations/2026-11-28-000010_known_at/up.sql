-- The newest instant that anything was recorded at: the next one is later, also where a clock was set back or what
-- was recorded then has been purged. One row, or none.
CREATE TABLE newest_instant (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    at TIMESTAMP NOT NULL
);
INSERT INTO newest_instant (id, at)
SELECT 1, MAX(at) FROM (
    SELECT MAX(recorded_at) AS at FROM import
    UNION ALL SELECT MAX(recorded_at) FROM policy_version
    UNION ALL SELECT MAX(read_at) FROM bounce_report
    UNION ALL SELECT MAX(read_at) FROM bounce
    UNION ALL SELECT MAX(cleared_at) FROM bounce
    UNION ALL SELECT MAX(frozen_at) FROM snapshot
) AS instants HAVING MAX(at) IS NOT NULL;

-- The newest import that a board summary's figures rest on; null in those frozen before it was kept.
ALTER TABLE snapshot ADD COLUMN newest_import INTEGER;

-- What each configuration that works on this database last told it: what it tells is taken up when it tells something
-- else, not whenever another configuration has told something since.
CREATE TABLE configuration (
    -- A hash that tells the file on this machine from any other.
    identity TEXT NOT NULL PRIMARY KEY,
    -- Where that is, for people.
    place TEXT NOT NULL,
    -- The hash of the policy, and the organisation as JSON; null until told.
    policy_hash TEXT,
    organisation TEXT
);

-- The version of the program that brought the tables up to date. One row, or none.
CREATE TABLE program_version (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    version TEXT NOT NULL
);
