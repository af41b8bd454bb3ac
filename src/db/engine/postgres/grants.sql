-- The database of refresher and its two roles. Run it as a superuser with psql, at first and after each
-- `refresher migrate-schema` that made tables: nothing in it is harmed by running it again.
-- Give both roles a way to sign in, such as \password, or a line of pg_hba.conf.

SELECT 'CREATE ROLE refresher_owner LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'refresher_owner')
\gexec
SELECT 'CREATE ROLE refresher LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'refresher')
\gexec
SELECT $$CREATE DATABASE refresher OWNER refresher_owner TEMPLATE template0 ENCODING 'UTF8'$$
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'refresher')
\gexec

\connect refresher

-- Nobody else has any business here.
REVOKE ALL ON DATABASE refresher FROM PUBLIC;
GRANT CONNECT ON DATABASE refresher TO refresher;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
-- The owner makes the tables: `refresher migrate-schema` and `refresher move` run as refresher_owner.
GRANT USAGE, CREATE ON SCHEMA public TO refresher_owner;
-- The daemon and the commands run as refresher, which owns nothing.
GRANT USAGE ON SCHEMA public TO refresher;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO refresher;
GRANT SELECT, USAGE ON ALL SEQUENCES IN SCHEMA public TO refresher;
-- What was done can be added to, and nothing else.
DO $$
BEGIN
    IF to_regclass('public.audit') IS NOT NULL THEN
        REVOKE UPDATE, DELETE ON public.audit FROM refresher;
    END IF;
END
$$;
