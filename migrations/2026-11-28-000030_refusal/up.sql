-- Messages that met a refusal which may be about us, not about their recipient, and how each stood before it.
CREATE TABLE refusal (
    message_id INTEGER NOT NULL PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
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

-- Why delivery stands still: one row, or none where it goes on.
CREATE TABLE delivery_stop (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    since TIMESTAMP NOT NULL,
    -- In words that name no recipient.
    reason TEXT NOT NULL
);
