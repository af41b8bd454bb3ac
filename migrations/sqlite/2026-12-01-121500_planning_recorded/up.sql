-- When what a planning run promised came to be known: as known within the run, nobody was told yet.
-- Of runs before, it is the instant of the run.
ALTER TABLE planning_run ADD COLUMN recorded_at TIMESTAMP;
CREATE INDEX planning_run_recorded ON planning_run (recorded_at);
