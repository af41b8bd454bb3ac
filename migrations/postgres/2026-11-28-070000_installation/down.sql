DROP TABLE configuration;
DROP TABLE installation;
