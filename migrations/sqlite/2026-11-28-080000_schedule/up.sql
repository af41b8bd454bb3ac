-- One row a scheduled slot of a job: what makes a restart, a second process or a missed night harmless.
CREATE TABLE job_run (
    id INTEGER NOT NULL PRIMARY KEY,
    job TEXT NOT NULL,
    slot TIMESTAMP NOT NULL,
    started_at TIMESTAMP NOT NULL,
    finished_at TIMESTAMP,
    lease_until TIMESTAMP NOT NULL,
    outcome TEXT CHECK (outcome IN ('done', 'failed', 'skipped')),
    detail TEXT NOT NULL DEFAULT '',
    UNIQUE (job, slot)
);
CREATE INDEX job_run_open ON job_run (job, slot) WHERE finished_at IS NULL;
