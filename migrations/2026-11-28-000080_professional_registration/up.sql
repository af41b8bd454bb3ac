-- The number under which a professional body (NMC, GMC, HCPC, ...) has somebody on its register.
ALTER TABLE staff_version ADD COLUMN professional_registration TEXT NOT NULL DEFAULT '';
