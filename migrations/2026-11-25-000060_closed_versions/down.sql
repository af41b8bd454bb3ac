DROP INDEX exemption_closed;
DROP INDEX training_record_closed;
DROP INDEX assignment_version_closed;
DROP INDEX staff_version_closed;
