DROP TABLE audit_start;
DROP TABLE audit_head;
DROP TABLE audit;
