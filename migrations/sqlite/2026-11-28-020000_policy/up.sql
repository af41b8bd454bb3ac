-- Every policy that was in force, whole, from the day it was first seen.
CREATE TABLE policy_version (
    id INTEGER NOT NULL PRIMARY KEY,
    content_hash TEXT NOT NULL,
    content TEXT NOT NULL,
    in_force_from DATE NOT NULL,
    recorded_at TIMESTAMP NOT NULL
);
