DROP TABLE api_run;
DROP TABLE api_token_organisation;
DROP TABLE api_token;
