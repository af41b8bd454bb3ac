-- What a message carries beside its two bodies: pictures that its HTML shows, and attachments.
CREATE TABLE message_part (
    id INTEGER NOT NULL PRIMARY KEY,
    message_id INTEGER NOT NULL REFERENCES message (id),
    name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    -- Shown within the HTML part as cid:<name>, rather than attached.
    inline BOOLEAN NOT NULL,
    content BLOB NOT NULL,
    UNIQUE (message_id, name)
);
