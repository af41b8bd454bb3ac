DROP TABLE node;
DROP TABLE configuration;
DROP TABLE installation;
