-- The kinds of mail there are. A new one is a row here.
CREATE TABLE mail_kind (
    name TEXT NOT NULL PRIMARY KEY
);
INSERT INTO mail_kind (name)
VALUES ('reminder'), ('manager-digest'), ('escalation'), ('board-summary'), ('assurance-review'), ('operator');

-- Messages no longer hold a key of what they promise. Everything that refers to them moves with them, since a table that
-- goes takes along what refers to it.
CREATE TABLE message_anew (
    id INTEGER NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL REFERENCES mail_kind (name),
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    -- The staff member it is for; null for a contact or a board.
    staff_id INTEGER REFERENCES staff (id),
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    message_id TEXT NOT NULL UNIQUE,
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
    last_error TEXT,
    -- When it was put into words; null before its first attempt.
    worded_at TIMESTAMP,
    -- The newest import when it was planned: who its receiver was then can be looked up.
    planned_from INTEGER,
    -- The civil day before which it is not looked at again.
    not_before DATE,
    -- The civil day on which it was last handed over.
    tried_on DATE
);
INSERT INTO message_anew (
    id, kind, organisation_id, staff_id, recipient, subject, message_id, planned_on, queued_at, state, attempts,
    next_attempt_at, first_attempt_at, last_attempt_at, lease_until, claim, sent_at, last_error, worded_at, planned_from,
    not_before, tried_on
)
SELECT id, kind, organisation_id, staff_id, recipient, subject, message_id, planned_on, queued_at, state, attempts,
    next_attempt_at, first_attempt_at, last_attempt_at, lease_until, claim, sent_at, last_error, worded_at, planned_from,
    not_before, tried_on
FROM message;

CREATE TABLE message_part_anew (
    id INTEGER NOT NULL PRIMARY KEY,
    message_id INTEGER NOT NULL REFERENCES message_anew (id),
    name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    -- Shown within the HTML part as cid:<name>, rather than attached.
    inline BOOLEAN NOT NULL,
    content BLOB NOT NULL,
    UNIQUE (message_id, name)
);
INSERT INTO message_part_anew (id, message_id, name, content_type, inline, content)
SELECT id, message_id, name, content_type, inline, content FROM message_part;
DROP TABLE message_part;
ALTER TABLE message_part_anew RENAME TO message_part;

CREATE TABLE message_body_anew (
    message_id INTEGER NOT NULL PRIMARY KEY REFERENCES message_anew (id) ON DELETE CASCADE,
    text_body TEXT NOT NULL,
    html_body TEXT NOT NULL,
    -- Whose name it is sent in and who is replied to, kept with the words: every attempt carries the same.
    from_name TEXT,
    reply_to TEXT
);
INSERT INTO message_body_anew (message_id, text_body, html_body, from_name, reply_to)
SELECT message_id, text_body, html_body, from_name, reply_to FROM message_body;
DROP TABLE message_body;
ALTER TABLE message_body_anew RENAME TO message_body;

CREATE TABLE digest_item_anew (
    id INTEGER NOT NULL PRIMARY KEY,
    message_id INTEGER NOT NULL REFERENCES message_anew (id),
    staff_id INTEGER NOT NULL REFERENCES staff (id),
    course TEXT NOT NULL,
    due_on DATE NOT NULL,
    UNIQUE (message_id, staff_id, course)
);
INSERT INTO digest_item_anew (id, message_id, staff_id, course, due_on)
SELECT id, message_id, staff_id, course, due_on FROM digest_item;
DROP TABLE digest_item;
ALTER TABLE digest_item_anew RENAME TO digest_item;
CREATE INDEX digest_item_by_staff ON digest_item (staff_id);

CREATE TABLE bounce_anew (
    id INTEGER NOT NULL PRIMARY KEY,
    bounce_report_id INTEGER NOT NULL REFERENCES bounce_report (id),
    -- The message that came back; null where the report names an address only.
    message_id INTEGER REFERENCES message_anew (id) ON DELETE SET NULL,
    -- In lower case.
    address TEXT NOT NULL,
    -- Hard: no mail can reach the address. Soft: this mail, or this time, it did not.
    kind TEXT NOT NULL CHECK (kind IN ('hard', 'soft')),
    status TEXT NOT NULL,
    reason TEXT NOT NULL,
    read_at TIMESTAMP NOT NULL,
    -- When somebody said that the address works again.
    cleared_at TIMESTAMP,
    -- The address that failed, as the report names it: that of the mail, or one that the mail server made of it.
    failed_address TEXT NOT NULL DEFAULT '',
    -- When so many addresses of an organisation came back in one day that a person has to confirm them, and when one did.
    -- From the one to the other the bounce stops no mail.
    held_at TIMESTAMP,
    confirmed_at TIMESTAMP,
    -- When the operator was told of it.
    told_at TIMESTAMP
);
INSERT INTO bounce_anew (
    id, bounce_report_id, message_id, address, kind, status, reason, read_at, cleared_at, failed_address, held_at,
    confirmed_at, told_at
)
SELECT id, bounce_report_id, message_id, address, kind, status, reason, read_at, cleared_at, failed_address, held_at,
    confirmed_at, told_at
FROM bounce;
DROP TABLE bounce;
ALTER TABLE bounce_anew RENAME TO bounce;
CREATE INDEX bounce_by_address ON bounce (address);
CREATE INDEX bounce_by_message ON bounce (message_id);

CREATE TABLE refusal_anew (
    message_id INTEGER NOT NULL PRIMARY KEY REFERENCES message_anew (id) ON DELETE CASCADE,
    -- The answer without what differs from one recipient to the next: what refusals in a row are known by.
    alike TEXT NOT NULL,
    -- Whether it is one of those that came last, one after another, with nobody accepted between.
    in_row BOOLEAN NOT NULL,
    refused_at TIMESTAMP NOT NULL,
    attempts INTEGER NOT NULL,
    first_attempt_at TIMESTAMP,
    last_attempt_at TIMESTAMP,
    next_attempt_at TIMESTAMP,
    last_error TEXT
);
INSERT INTO refusal_anew (
    message_id, alike, in_row, refused_at, attempts, first_attempt_at, last_attempt_at, next_attempt_at, last_error
)
SELECT message_id, alike, in_row, refused_at, attempts, first_attempt_at, last_attempt_at, next_attempt_at, last_error
FROM refusal;
DROP TABLE refusal;
ALTER TABLE refusal_anew RENAME TO refusal;

-- What was promised, of every kind of mail: each promise once for ever, unless it was taken back. Kept for good.
CREATE TABLE promise (
    id INTEGER NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL REFERENCES mail_kind (name),
    -- What must never be promised twice by a mail of the kind.
    key TEXT NOT NULL,
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    -- The message that keeps it; null where there is none to send: a week whose lists were planned.
    message_id INTEGER REFERENCES message_anew (id),
    -- Whom it is about, or who is to hear of it.
    staff_id INTEGER REFERENCES staff (id),
    -- The course or the statement that it is about.
    about TEXT,
    -- The due date, the last day for a review, or the Monday that the week begins on.
    due_on DATE,
    -- The stage in days to go, or for how many months a review is overdue.
    step INTEGER,
    -- Its message was cancelled: it may be promised again.
    withdrawn BOOLEAN NOT NULL DEFAULT FALSE
);

INSERT INTO promise (kind, key, organisation_id, message_id, staff_id, about, due_on, step, withdrawn)
SELECT message.kind, told.staff_id || ' ' || told.course || ' ' || told.due_on || ' ' || told.stage,
    staff.organisation_id, told.message_id, told.staff_id, told.course, told.due_on, told.stage, told.withdrawn
FROM told
JOIN message ON message.id = told.message_id
JOIN staff ON staff.id = told.staff_id
ORDER BY told.id;

-- A review that two messages told, each of them sent, counts as promised by the first.
INSERT INTO promise (kind, key, organisation_id, message_id, about, due_on, step, withdrawn)
SELECT message.kind,
    r.organisation_id || ' ' || r.statement || ' ' || r.review_by || ' ' || r.months_overdue || ' ' || message.recipient,
    r.organisation_id, r.message_id, r.statement, r.review_by, r.months_overdue,
    message.state = 'cancelled' OR EXISTS (
        SELECT 1 FROM review_told AS e
        JOIN message AS of_e ON of_e.id = e.message_id
        WHERE e.id < r.id AND of_e.state <> 'cancelled' AND of_e.recipient = message.recipient
            AND e.organisation_id = r.organisation_id AND e.statement = r.statement
            AND e.review_by = r.review_by AND e.months_overdue = r.months_overdue
    )
FROM review_told AS r
JOIN message ON message.id = r.message_id
ORDER BY r.id;

INSERT INTO promise (kind, key, organisation_id, due_on)
SELECT 'manager-digest', organisation_id || ' ' || week, organisation_id, week FROM digest_week
ORDER BY week, organisation_id;

INSERT INTO promise (kind, key, organisation_id, message_id, staff_id, due_on, withdrawn)
SELECT kind, organisation_id || ' ' || week || ' ' || coalesce(CAST(staff_id AS TEXT), 'contact'), organisation_id, id,
    staff_id, week, once_key LIKE 'taken back %'
FROM (
    SELECT id, kind, organisation_id, staff_id, once_key, date(planned_on, 'weekday 0', '-6 days') AS week
    FROM message WHERE kind = 'manager-digest' AND once_key IS NOT NULL
) AS digest
ORDER BY id;

INSERT INTO promise (kind, key, organisation_id, message_id, staff_id, withdrawn)
SELECT kind,
    CASE kind
        WHEN 'board-summary' THEN organisation_id || substr(key, length('board-summary ' || code) + 1)
        ELSE key
    END,
    organisation_id, id, staff_id, withdrawn
FROM (
    SELECT message.id AS id, kind, organisation_id, staff_id, code, once_key LIKE 'taken back %' AS withdrawn,
        CASE
            WHEN once_key LIKE 'taken back %' THEN substr(once_key, length('taken back ' || message.id || ': ') + 1)
            ELSE once_key
        END AS key
    FROM message JOIN organisation ON organisation.id = message.organisation_id
    WHERE kind <> 'manager-digest' AND once_key IS NOT NULL
) AS once
ORDER BY id;

DROP TABLE told;
DROP TABLE review_told;
DROP TABLE digest_week;
DROP TABLE message;
ALTER TABLE message_anew RENAME TO message;
CREATE INDEX message_by_state ON message (state, not_before, next_attempt_at);
CREATE INDEX message_by_staff ON message (staff_id);
CREATE UNIQUE INDEX promise_once ON promise (kind, key) WHERE NOT withdrawn;
CREATE INDEX promise_by_message ON promise (message_id);
CREATE INDEX promise_by_staff ON promise (staff_id);
