-- Every recorded change to the register, in the order it was recorded. A row of any table below is open from the
-- import that opened it until the import that closed it, so `opened_by <= n AND (closed_by IS NULL OR closed_by > n)`
-- is the register as it was known when import n was the newest. Few rows are ever closed: the indexes `_closed` find
-- those closed since an import, `_closed_of` those of somebody, without reading anybody else's.
CREATE TABLE import (
    id INTEGER NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    file TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    as_of DATE NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    partial BOOLEAN NOT NULL DEFAULT FALSE,
    forced BOOLEAN NOT NULL DEFAULT FALSE,
    row_count BIGINT NOT NULL DEFAULT 0,
    applied BIGINT NOT NULL DEFAULT 0,
    unchanged BIGINT NOT NULL DEFAULT 0,
    rejected BIGINT NOT NULL DEFAULT 0,
    joiners BIGINT NOT NULL DEFAULT 0,
    changes BIGINT NOT NULL DEFAULT 0,
    leavers BIGINT NOT NULL DEFAULT 0,
    records_added BIGINT NOT NULL DEFAULT 0,
    records_corrected BIGINT NOT NULL DEFAULT 0,
    -- The import whose changes this one, of the kind `undo`, puts back. Each is undone at most once, and an undo can
    -- itself be undone.
    undoes INTEGER REFERENCES import (id),
    -- Rows that were understood and held nothing to keep: a training that was not completed, a course that is not ours.
    skipped BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX import_by_recorded_at ON import (recorded_at, id);
CREATE UNIQUE INDEX import_undone_once ON import (undoes);

CREATE TABLE organisation (
    id INTEGER NOT NULL PRIMARY KEY,
    code TEXT NOT NULL UNIQUE
);
CREATE TABLE organisation_version (
    id INTEGER NOT NULL PRIMARY KEY,
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('acute', 'mental-health', 'community', 'ambulance', 'primary-care', 'other')),
    safeguarding_email TEXT NOT NULL,
    opened_by INTEGER NOT NULL REFERENCES import (id),
    closed_by INTEGER REFERENCES import (id)
);
CREATE UNIQUE INDEX organisation_version_open ON organisation_version (organisation_id) WHERE closed_by IS NULL;

-- Which organisations an import of a file touched: the same file is recognised only while none of them has had a
-- later import of that kind.
CREATE TABLE import_organisation (
    import_id INTEGER NOT NULL REFERENCES import (id),
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    PRIMARY KEY (import_id, organisation_id)
);

-- Millions of rows go into the tables of people, posts and records, many by one statement. A reference that were looked at
-- when the row goes in would make SQLite keep a journal of every such statement; so these are held to when a transaction ends.
CREATE TABLE staff (
    id INTEGER NOT NULL PRIMARY KEY,
    organisation_id INTEGER NOT NULL REFERENCES organisation (id) DEFERRABLE INITIALLY DEFERRED,
    employee_number TEXT NOT NULL,
    UNIQUE (organisation_id, employee_number)
);
CREATE TABLE staff_version (
    id INTEGER NOT NULL PRIMARY KEY,
    staff_id INTEGER NOT NULL REFERENCES staff (id) DEFERRABLE INITIALLY DEFERRED,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    email TEXT NOT NULL,
    opened_by INTEGER NOT NULL REFERENCES import (id) DEFERRABLE INITIALLY DEFERRED,
    closed_by INTEGER REFERENCES import (id) DEFERRABLE INITIALLY DEFERRED,
    -- The number under which a professional body (NMC, GMC, HCPC, ...) has somebody on its register.
    professional_registration TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX staff_version_open ON staff_version (staff_id) WHERE closed_by IS NULL;
CREATE INDEX staff_version_closed ON staff_version (closed_by) WHERE closed_by IS NOT NULL;
CREATE INDEX staff_version_closed_of ON staff_version (staff_id, closed_by) WHERE closed_by IS NOT NULL;

CREATE TABLE assignment_version (
    id INTEGER NOT NULL PRIMARY KEY,
    staff_id INTEGER NOT NULL REFERENCES staff (id) DEFERRABLE INITIALLY DEFERRED,
    assignment_number TEXT NOT NULL,
    is_primary BOOLEAN NOT NULL,
    job_title TEXT NOT NULL,
    staff_group TEXT NOT NULL,
    unit TEXT NOT NULL,
    manager_employee_number TEXT NOT NULL,
    status TEXT NOT NULL,
    -- Permanent, bank, honorary and the like.
    category TEXT NOT NULL DEFAULT '',
    start_on DATE NOT NULL,
    leave_on DATE,
    opened_by INTEGER NOT NULL REFERENCES import (id) DEFERRABLE INITIALLY DEFERRED,
    closed_by INTEGER REFERENCES import (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE UNIQUE INDEX assignment_version_open ON assignment_version (staff_id, assignment_number) WHERE closed_by IS NULL;
CREATE INDEX assignment_version_closed ON assignment_version (closed_by) WHERE closed_by IS NOT NULL;
CREATE INDEX assignment_version_closed_of ON assignment_version (staff_id, closed_by) WHERE closed_by IS NOT NULL;
-- The posts of a unit, and whom a manager leads, are found without reading everybody.
CREATE INDEX assignment_version_by_unit ON assignment_version (unit);
CREATE INDEX assignment_version_by_manager ON assignment_version (manager_employee_number) WHERE closed_by IS NULL;

-- The course codes that records and exemptions were ever recorded under; titles and rules are the policy's.
CREATE TABLE course (
    id INTEGER NOT NULL PRIMARY KEY,
    code TEXT NOT NULL UNIQUE
);

CREATE TABLE training_record (
    id INTEGER NOT NULL PRIMARY KEY,
    staff_id INTEGER NOT NULL REFERENCES staff (id) DEFERRABLE INITIALLY DEFERRED,
    course_id INTEGER NOT NULL REFERENCES course (id) DEFERRABLE INITIALLY DEFERRED,
    completed_on DATE NOT NULL,
    expires_on DATE,
    hours_hundredths INTEGER,
    participatory BOOLEAN,
    provider TEXT NOT NULL,
    certificate TEXT NOT NULL,
    cost_pence BIGINT,
    opened_by INTEGER NOT NULL REFERENCES import (id) DEFERRABLE INITIALLY DEFERRED,
    closed_by INTEGER REFERENCES import (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE UNIQUE INDEX training_record_open ON training_record (staff_id, course_id, completed_on, certificate) WHERE closed_by IS NULL;
CREATE INDEX training_record_closed ON training_record (closed_by) WHERE closed_by IS NOT NULL;
CREATE INDEX training_record_closed_of ON training_record (staff_id, closed_by) WHERE closed_by IS NOT NULL;

CREATE TABLE exemption (
    id INTEGER NOT NULL PRIMARY KEY,
    staff_id INTEGER NOT NULL REFERENCES staff (id),
    course_id INTEGER REFERENCES course (id),
    from_on DATE,
    until_on DATE,
    reason TEXT NOT NULL,
    opened_by INTEGER NOT NULL REFERENCES import (id),
    closed_by INTEGER REFERENCES import (id)
);
CREATE INDEX exemption_open ON exemption (staff_id) WHERE closed_by IS NULL;
CREATE INDEX exemption_closed ON exemption (closed_by) WHERE closed_by IS NOT NULL;
CREATE INDEX exemption_closed_of ON exemption (staff_id, closed_by) WHERE closed_by IS NOT NULL;

CREATE TABLE budget (
    id INTEGER NOT NULL PRIMARY KEY,
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    -- The calendar year in which the financial year begins: 2026 for 2026-27.
    financial_year INTEGER NOT NULL,
    allocated_pence BIGINT NOT NULL,
    dedicated BOOLEAN,
    opened_by INTEGER NOT NULL REFERENCES import (id),
    closed_by INTEGER REFERENCES import (id)
);
CREATE UNIQUE INDEX budget_open ON budget (organisation_id, financial_year) WHERE closed_by IS NULL;

CREATE TABLE expense (
    id INTEGER NOT NULL PRIMARY KEY,
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    dated_on DATE NOT NULL,
    description TEXT NOT NULL,
    amount_pence BIGINT NOT NULL,
    course TEXT NOT NULL,
    people INTEGER,
    reference TEXT NOT NULL,
    opened_by INTEGER NOT NULL REFERENCES import (id),
    closed_by INTEGER REFERENCES import (id)
);
CREATE UNIQUE INDEX expense_open ON expense (organisation_id, reference) WHERE closed_by IS NULL AND reference <> '';

-- Places booked on training to come.
CREATE TABLE booking (
    id INTEGER NOT NULL PRIMARY KEY,
    staff_id INTEGER NOT NULL REFERENCES staff (id),
    course_id INTEGER NOT NULL REFERENCES course (id),
    takes_place_on DATE NOT NULL,
    place TEXT NOT NULL,
    opened_by INTEGER NOT NULL REFERENCES import (id),
    closed_by INTEGER REFERENCES import (id)
);
CREATE UNIQUE INDEX booking_open ON booking (staff_id, course_id, takes_place_on) WHERE closed_by IS NULL;
CREATE INDEX booking_closed_of ON booking (staff_id, closed_by) WHERE closed_by IS NOT NULL;

-- What an organisation answered to a statement of the policy, and when. A later answer stands beside the earlier one,
-- so that both can be asked for as at a day.
CREATE TABLE assurance_answer (
    id INTEGER NOT NULL PRIMARY KEY,
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    -- The statement's id in the policy.
    statement TEXT NOT NULL,
    answer TEXT NOT NULL,
    answered_on DATE NOT NULL,
    evidence TEXT NOT NULL,
    owner_email TEXT NOT NULL,
    review_by DATE,
    opened_by INTEGER NOT NULL REFERENCES import (id),
    closed_by INTEGER REFERENCES import (id)
);
CREATE UNIQUE INDEX assurance_answer_open ON assurance_answer (organisation_id, statement, answered_on) WHERE closed_by IS NULL;

-- Imports that changed something about people whose data was purged since: undoing them could not put it back.
CREATE TABLE purged_import (
    import_id INTEGER NOT NULL PRIMARY KEY REFERENCES import (id)
);

-- There while what a purge deleted may still stand in free parts of the file: one row, or none. The purge writes it in
-- its transaction; it goes once the file was written anew, so that a purge cut off in between is finished later.
CREATE TABLE sweep_due (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    since TIMESTAMP NOT NULL
);
