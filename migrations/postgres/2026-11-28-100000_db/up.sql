-- The newest instant that anything was recorded at: the next one is later, also where a clock was set back or what
-- was recorded then has been purged. One row, or none.
CREATE TABLE newest_instant (
    id integer NOT NULL PRIMARY KEY CHECK (id = 1),
    at timestamp(6) NOT NULL
);

-- The version of the program that brought the tables up to date. One row, or none.
CREATE TABLE program_version (
    id integer NOT NULL PRIMARY KEY CHECK (id = 1),
    version text COLLATE "C" NOT NULL
);
