DROP TABLE import_map;
DROP TABLE rejected_row;
DROP TABLE import_draft;
