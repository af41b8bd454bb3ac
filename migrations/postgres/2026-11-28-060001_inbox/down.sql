DROP TABLE taken_file;
