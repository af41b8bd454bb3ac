-- The words of a message apart from its state: the state changes several times on a message's way, the words never,
-- and a row is rewritten whole. The move also drops the columns, so it is done once.
CREATE TABLE message_body (
    message_id INTEGER NOT NULL PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
    text_body TEXT NOT NULL,
    html_body TEXT NOT NULL
);
INSERT INTO message_body (message_id, text_body, html_body) SELECT id, text_body, html_body FROM message;
ALTER TABLE message DROP COLUMN text_body;
ALTER TABLE message DROP COLUMN html_body;
