ALTER TABLE rejected_row DROP COLUMN dismissed_for;
ALTER TABLE import_draft DROP COLUMN again;
