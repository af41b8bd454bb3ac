DROP TABLE parked_form;
DROP TABLE used_form;
DROP TABLE sign_in;
DROP TABLE account_link;
DROP TABLE recovery_code;
DROP TABLE access_grant;
DROP TABLE account;
