-- Versions of people, posts and records no longer declare which import and which course they refer to, as on a server:
-- looking each of them up took a tenth of a first import's time. Whoever looks through a database in full looks for rows
-- that refer to nothing. (The engine has no way to take a reference away but to make the table anew.)

DROP INDEX staff_version_open;
DROP INDEX staff_version_closed;
DROP INDEX staff_version_closed_of;
ALTER TABLE staff_version RENAME TO staff_version_before;
CREATE TABLE staff_version (
    id INTEGER NOT NULL PRIMARY KEY,
    staff_id INTEGER NOT NULL REFERENCES staff (id) DEFERRABLE INITIALLY DEFERRED,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    email TEXT NOT NULL,
    opened_by INTEGER NOT NULL,
    closed_by INTEGER,
    -- The number under which a professional body (NMC, GMC, HCPC, ...) has somebody on its register.
    professional_registration TEXT NOT NULL DEFAULT ''
);
INSERT INTO staff_version (
    id, staff_id, first_name, last_name, email, opened_by, closed_by, professional_registration
)
SELECT
    id, staff_id, first_name, last_name, email, opened_by, closed_by, professional_registration
FROM staff_version_before ORDER BY id;
DROP TABLE staff_version_before;
CREATE UNIQUE INDEX staff_version_open ON staff_version (staff_id) WHERE closed_by IS NULL;
CREATE INDEX staff_version_closed ON staff_version (closed_by) WHERE closed_by IS NOT NULL;
CREATE INDEX staff_version_closed_of ON staff_version (staff_id, closed_by) WHERE closed_by IS NOT NULL;

DROP INDEX assignment_version_open;
DROP INDEX assignment_version_closed;
DROP INDEX assignment_version_closed_of;
DROP INDEX assignment_version_by_unit;
DROP INDEX assignment_version_by_manager;
ALTER TABLE assignment_version RENAME TO assignment_version_before;
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
    opened_by INTEGER NOT NULL,
    closed_by INTEGER
);
INSERT INTO assignment_version (
    id, staff_id, assignment_number, is_primary, job_title, staff_group, unit,
    manager_employee_number, status, category, start_on, leave_on, opened_by, closed_by
)
SELECT
    id, staff_id, assignment_number, is_primary, job_title, staff_group, unit,
    manager_employee_number, status, category, start_on, leave_on, opened_by, closed_by
FROM assignment_version_before ORDER BY id;
DROP TABLE assignment_version_before;
CREATE UNIQUE INDEX assignment_version_open ON assignment_version (staff_id, assignment_number) WHERE closed_by IS NULL;
CREATE INDEX assignment_version_closed ON assignment_version (closed_by) WHERE closed_by IS NOT NULL;
CREATE INDEX assignment_version_closed_of ON assignment_version (staff_id, closed_by) WHERE closed_by IS NOT NULL;
CREATE INDEX assignment_version_by_unit ON assignment_version (unit);
CREATE INDEX assignment_version_by_manager ON assignment_version (manager_employee_number) WHERE closed_by IS NULL;

DROP INDEX training_record_open;
DROP INDEX training_record_closed;
DROP INDEX training_record_closed_of;
ALTER TABLE training_record RENAME TO training_record_before;
CREATE TABLE training_record (
    id INTEGER NOT NULL PRIMARY KEY,
    staff_id INTEGER NOT NULL REFERENCES staff (id) DEFERRABLE INITIALLY DEFERRED,
    course_id INTEGER NOT NULL,
    completed_on DATE NOT NULL,
    expires_on DATE,
    hours_hundredths INTEGER,
    participatory BOOLEAN,
    provider TEXT NOT NULL,
    certificate TEXT NOT NULL,
    cost_pence BIGINT,
    opened_by INTEGER NOT NULL,
    closed_by INTEGER
);
INSERT INTO training_record (
    id, staff_id, course_id, completed_on, expires_on, hours_hundredths,
    participatory, provider, certificate, cost_pence, opened_by, closed_by
)
SELECT
    id, staff_id, course_id, completed_on, expires_on, hours_hundredths,
    participatory, provider, certificate, cost_pence, opened_by, closed_by
FROM training_record_before ORDER BY id;
DROP TABLE training_record_before;
CREATE UNIQUE INDEX training_record_open ON training_record (staff_id, course_id, completed_on, certificate) WHERE closed_by IS NULL;
CREATE INDEX training_record_closed ON training_record (closed_by) WHERE closed_by IS NOT NULL;
CREATE INDEX training_record_closed_of ON training_record (staff_id, closed_by) WHERE closed_by IS NOT NULL;
