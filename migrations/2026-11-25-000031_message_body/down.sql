ALTER TABLE message ADD COLUMN text_body TEXT NOT NULL DEFAULT '';
ALTER TABLE message ADD COLUMN html_body TEXT NOT NULL DEFAULT '';
UPDATE message SET
    text_body = (SELECT text_body FROM message_body WHERE message_id = message.id),
    html_body = (SELECT html_body FROM message_body WHERE message_id = message.id);
DROP TABLE message_body;
