-- The files of returned mail that were read, by their content: each is read once, whatever it turned out to be.
CREATE TABLE bounce_report (
    id INTEGER NOT NULL PRIMARY KEY,
    content_hash TEXT NOT NULL UNIQUE,
    -- The report's own Message-ID, by which a second copy of it is known.
    report_id TEXT,
    file TEXT NOT NULL,
    read_at TIMESTAMP NOT NULL,
    -- What it turned out to be, as a sentence.
    finding TEXT NOT NULL
);
CREATE INDEX bounce_report_by_report_id ON bounce_report (report_id);

-- What reports said of addresses. An address belongs to no person: whoever has it can't be reached.
CREATE TABLE bounce (
    id INTEGER NOT NULL PRIMARY KEY,
    bounce_report_id INTEGER NOT NULL REFERENCES bounce_report (id),
    -- The message that came back; null where the report names an address only.
    message_id INTEGER REFERENCES message (id) ON DELETE SET NULL,
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
CREATE INDEX bounce_by_address ON bounce (address);
CREATE INDEX bounce_by_message ON bounce (message_id);
