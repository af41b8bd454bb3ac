ALTER TABLE sign_in DROP COLUMN way;
DELETE FROM access_grant WHERE source = 'group';
DROP INDEX access_grant_at_one;
DROP INDEX access_grant_at_all;
CREATE UNIQUE INDEX access_grant_at_one ON access_grant (account_id, role, organisation_id, scope)
    WHERE organisation_id IS NOT NULL;
CREATE UNIQUE INDEX access_grant_at_all ON access_grant (account_id, role, scope) WHERE organisation_id IS NULL;
ALTER TABLE access_grant DROP COLUMN source;
DROP TABLE used_answer;
DROP TABLE account_identity;
