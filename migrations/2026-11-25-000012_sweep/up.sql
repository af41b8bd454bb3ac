-- There while what a purge deleted may still stand in free parts of the file: one row, or none. The purge writes it in
-- its transaction; it goes once the file was written anew, so that a purge cut off in between is finished later.
CREATE TABLE sweep_due (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    since TIMESTAMP NOT NULL
);
