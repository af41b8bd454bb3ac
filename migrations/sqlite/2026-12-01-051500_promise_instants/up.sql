-- When each promise was made and taken back: what somebody was told, as known then, is the same whatever becomes of the mail.
-- Of those made before, it is as the message has it.
ALTER TABLE promise ADD COLUMN made_at TIMESTAMP;
ALTER TABLE promise ADD COLUMN withdrawn_at TIMESTAMP;
