-- What is to be mailed, and what became of it. Kept for good: it is the record of what was said to whom.
CREATE TABLE message (
    id INTEGER NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('reminder', 'manager-digest', 'board-summary', 'assurance-review', 'operator')),
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    -- The staff member it is for; null for a contact or a board.
    staff_id INTEGER REFERENCES staff (id),
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    text_body TEXT NOT NULL,
    html_body TEXT NOT NULL,
    message_id TEXT NOT NULL UNIQUE,
    -- What must never be queued twice, for a message that is not about told rows (`board-summary RXX 2026-10 a@b`).
    once_key TEXT UNIQUE,
    planned_on DATE NOT NULL,
    queued_at TIMESTAMP NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('held', 'queued', 'sending', 'sent', 'deferred', 'failed', 'cancelled')),
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt_at TIMESTAMP,
    first_attempt_at TIMESTAMP,
    last_attempt_at TIMESTAMP,
    lease_until TIMESTAMP,
    -- Who holds the lease: an outcome is recorded only by the claim that sent the message.
    claim TEXT,
    sent_at TIMESTAMP,
    last_error TEXT
);
CREATE INDEX message_by_state ON message (state, next_attempt_at);
CREATE INDEX message_by_staff ON message (staff_id);
CREATE INDEX message_by_last_attempt ON message (last_attempt_at);

-- What was promised to be told: a (person, course, due date, stage) once for ever, unless its message was cancelled.
CREATE TABLE told (
    id INTEGER NOT NULL PRIMARY KEY,
    message_id INTEGER NOT NULL REFERENCES message (id),
    staff_id INTEGER NOT NULL REFERENCES staff (id),
    course TEXT NOT NULL,
    due_on DATE NOT NULL,
    stage INTEGER NOT NULL,
    withdrawn BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE UNIQUE INDEX told_once ON told (staff_id, course, due_on, stage) WHERE NOT withdrawn;
CREATE INDEX told_by_message ON told (message_id);

-- What each planning run looked at and did, by organisation: considered is the sum of the others.
CREATE TABLE planning_run (
    id INTEGER NOT NULL PRIMARY KEY,
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    planned_on DATE NOT NULL,
    ran_at TIMESTAMP NOT NULL,
    in_post BIGINT NOT NULL,
    considered BIGINT NOT NULL,
    nothing_due BIGINT NOT NULL,
    no_email BIGINT NOT NULL,
    already_told BIGINT NOT NULL,
    messaged BIGINT NOT NULL,
    held BIGINT NOT NULL,
    CHECK (considered = nothing_due + no_email + already_told + messaged + held)
);

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
CREATE INDEX job_run_open ON job_run (job) WHERE finished_at IS NULL;

-- The frozen figures a board summary was sent with, as JSON.
CREATE TABLE snapshot (
    id INTEGER NOT NULL PRIMARY KEY,
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    -- The month the figures are for, as YYYY-MM.
    month TEXT NOT NULL,
    as_at DATE NOT NULL,
    known_at TIMESTAMP NOT NULL,
    frozen_at TIMESTAMP NOT NULL,
    content_hash TEXT NOT NULL,
    figures TEXT NOT NULL,
    UNIQUE (organisation_id, month)
);
