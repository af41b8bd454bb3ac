DROP TABLE work_comment;
DROP TABLE work_item_person;
DROP TABLE work_item;
