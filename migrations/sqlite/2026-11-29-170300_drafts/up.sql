-- Whether the very file is to be imported though it was before.
ALTER TABLE import_draft ADD COLUMN again BOOLEAN NOT NULL DEFAULT FALSE;
-- Why somebody said that the row need not be put right; empty: nobody did.
ALTER TABLE rejected_row ADD COLUMN dismissed_for TEXT NOT NULL DEFAULT '';
