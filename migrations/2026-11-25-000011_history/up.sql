-- An import of the kind `undo` puts back what the one it refers to changed; each is undone at most once, and the undo
-- can itself be undone.
ALTER TABLE import ADD COLUMN undoes INTEGER REFERENCES import (id);
CREATE UNIQUE INDEX import_undone_once ON import (undoes);

-- Imports that changed something about people whose data was purged since: undoing them could not put it back.
CREATE TABLE purged_import (
    import_id INTEGER NOT NULL PRIMARY KEY REFERENCES import (id)
);
