-- Places booked on training to come. Like every version, a row is open from the import that opened it until the one
-- that closed it.
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

-- Which overdue reviews a message told its recipient of, and for how many whole months they were overdue.
CREATE TABLE review_told (
    id INTEGER NOT NULL PRIMARY KEY,
    message_id INTEGER NOT NULL REFERENCES message (id),
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    statement TEXT NOT NULL,
    review_by DATE NOT NULL,
    months_overdue INTEGER NOT NULL,
    UNIQUE (message_id, organisation_id, statement, review_by)
);
CREATE INDEX review_told_by_statement ON review_told (organisation_id, statement, review_by);
