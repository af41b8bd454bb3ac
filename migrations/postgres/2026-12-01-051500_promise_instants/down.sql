ALTER TABLE promise DROP COLUMN withdrawn_at;
ALTER TABLE promise DROP COLUMN made_at;
