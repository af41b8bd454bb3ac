DROP TABLE installation_secret;
DROP TABLE node;
DROP TABLE configuration;
DROP TABLE installation;
