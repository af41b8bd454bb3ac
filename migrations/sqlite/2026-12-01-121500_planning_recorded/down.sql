DROP INDEX planning_run_recorded;
ALTER TABLE planning_run DROP COLUMN recorded_at;
