-- What was closed, found by whose it was, as what is open is: so that a question about somebody goes through nobody
-- else's rows. And the posts of a unit, for questions about one.
CREATE INDEX staff_version_closed_of ON staff_version (staff_id, closed_by) WHERE closed_by IS NOT NULL;
CREATE INDEX assignment_version_closed_of ON assignment_version (staff_id, closed_by) WHERE closed_by IS NOT NULL;
CREATE INDEX training_record_closed_of ON training_record (staff_id, closed_by) WHERE closed_by IS NOT NULL;
CREATE INDEX exemption_closed_of ON exemption (staff_id, closed_by) WHERE closed_by IS NOT NULL;
CREATE INDEX booking_closed_of ON booking (staff_id, closed_by) WHERE closed_by IS NOT NULL;
CREATE INDEX assignment_version_by_unit ON assignment_version (unit);
