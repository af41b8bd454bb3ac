-- The kinds of mail there are. A new one is a row here.
CREATE TABLE mail_kind (
    name TEXT NOT NULL PRIMARY KEY
);
INSERT INTO mail_kind (name)
VALUES ('reminder'), ('manager-digest'), ('escalation'), ('board-summary'), ('assurance-review'), ('operator'),
    ('account-invitation'), ('account-reset'), ('account-notice');

-- What is to be mailed, and what became of it. Kept for good: it is the record of what was said to whom. Reminders,
-- digests and reviews are queued as what they promise and put into words at their first attempt.
CREATE TABLE message (
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
-- Ends with the id by name, as whoever is due is asked for in this order.
CREATE INDEX message_by_state ON message (state, not_before, next_attempt_at, id);
-- The same of one organisation, for a sender of its own: else each of many looks through the others' whole queue.
CREATE INDEX message_by_organisation ON message (organisation_id, state, not_before, next_attempt_at, id);
CREATE INDEX message_by_staff ON message (staff_id);

-- What the words of messages are compressed with: what they have in common. One is used by a version of the program from
-- its first message on, and kept for good: whatever was compressed with it can be read with nothing else. It holds nothing
-- of anybody.
CREATE TABLE body_dictionary (
    -- The number that zstd gave it, of a hash of its content.
    id INTEGER NOT NULL PRIMARY KEY,
    content BLOB NOT NULL
);

-- What is claimed before everything else, on any day: the mail of accounts, which somebody waits for.
CREATE TABLE message_first (
    message_id INTEGER NOT NULL PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE
);

-- The words of a message apart from its state: the state changes several times on a message's way, the words never,
-- and a row is rewritten whole.
CREATE TABLE message_body (
    message_id INTEGER NOT NULL PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
    -- How the content is kept; where it is compressed, with which dictionary, if with any.
    encoding TEXT NOT NULL CHECK (encoding IN ('plain', 'zstd')),
    dictionary_id INTEGER REFERENCES body_dictionary (id),
    -- The text part, so many bytes, and then the HTML part.
    text_bytes INTEGER NOT NULL,
    content BLOB NOT NULL,
    -- Whose name it is sent in and who is replied to, kept with the words: every attempt carries the same.
    from_name TEXT,
    reply_to TEXT
);

-- What a message carries beside its two bodies: pictures that its HTML shows, and attachments.
CREATE TABLE message_part (
    id INTEGER NOT NULL PRIMARY KEY,
    message_id INTEGER NOT NULL REFERENCES message (id),
    name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    -- Shown within the HTML part as cid:<name>, rather than attached.
    inline BOOLEAN NOT NULL,
    -- How the content is kept, as that of a body.
    encoding TEXT NOT NULL CHECK (encoding IN ('plain', 'zstd')),
    dictionary_id INTEGER REFERENCES body_dictionary (id),
    content BLOB NOT NULL,
    UNIQUE (message_id, name)
);

-- What was promised, of every kind of mail: each promise once for ever, unless it was taken back. Kept for good.
CREATE TABLE promise (
    id INTEGER NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL REFERENCES mail_kind (name),
    -- What must never be promised twice by a mail of the kind.
    key TEXT NOT NULL,
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    -- The message that keeps it; null where there is none to send: a week whose lists were planned.
    message_id INTEGER REFERENCES message (id),
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
CREATE UNIQUE INDEX promise_once ON promise (kind, key) WHERE NOT withdrawn;
CREATE INDEX promise_by_message ON promise (message_id);
CREATE INDEX promise_by_staff ON promise (staff_id);

-- What a digest lists: to look at it again before it is sent, and to find what names somebody.
CREATE TABLE digest_item (
    id INTEGER NOT NULL PRIMARY KEY,
    message_id INTEGER NOT NULL REFERENCES message (id),
    staff_id INTEGER NOT NULL REFERENCES staff (id),
    course TEXT NOT NULL,
    due_on DATE NOT NULL,
    UNIQUE (message_id, staff_id, course)
);
CREATE INDEX digest_item_by_staff ON digest_item (staff_id);

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

-- How many deliveries each sender tried in each second, by whatever process: what its pace is kept by.
CREATE TABLE tried_second (
    -- Of `[smtp]`, or the first code of a `[[sender]]`.
    sender TEXT NOT NULL,
    -- Since 1970.
    second BIGINT NOT NULL,
    tried BIGINT NOT NULL,
    -- The last of them.
    last_at TIMESTAMP NOT NULL,
    PRIMARY KEY (sender, second)
);

-- Messages that met a refusal which may be about us, not about their recipient, and how each stood before it.
CREATE TABLE refusal (
    message_id INTEGER NOT NULL PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
    -- Whose server refused it, as in tried_second.
    sender TEXT NOT NULL,
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

-- Why delivery by a sender stands still: a row for each whose does.
CREATE TABLE delivery_stop (
    -- As in tried_second.
    sender TEXT NOT NULL PRIMARY KEY,
    since TIMESTAMP NOT NULL,
    -- In words that name no recipient.
    reason TEXT NOT NULL
);
