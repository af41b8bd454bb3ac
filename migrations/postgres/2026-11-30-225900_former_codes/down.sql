DROP TABLE former_code;
