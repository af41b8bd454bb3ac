ALTER TABLE staff_version DROP COLUMN professional_registration;
