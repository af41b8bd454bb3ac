-- What was closed since an instant is found without reading everything: few versions ever are.
CREATE INDEX staff_version_closed ON staff_version (closed_by) WHERE closed_by IS NOT NULL;
CREATE INDEX assignment_version_closed ON assignment_version (closed_by) WHERE closed_by IS NOT NULL;
CREATE INDEX training_record_closed ON training_record (closed_by) WHERE closed_by IS NOT NULL;
CREATE INDEX exemption_closed ON exemption (closed_by) WHERE closed_by IS NOT NULL;
