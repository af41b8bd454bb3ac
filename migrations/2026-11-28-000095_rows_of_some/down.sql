DROP INDEX assignment_version_by_unit;
DROP INDEX booking_closed_of;
DROP INDEX exemption_closed_of;
DROP INDEX training_record_closed_of;
DROP INDEX assignment_version_closed_of;
DROP INDEX staff_version_closed_of;
