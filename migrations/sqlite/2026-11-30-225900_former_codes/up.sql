-- The codes that organisations had until they were given another: a policy that names one goes on to mean the organisation.
CREATE TABLE former_code (
    -- By which it was recorded that the organisation has another code.
    import_id INTEGER NOT NULL PRIMARY KEY REFERENCES import (id),
    organisation_id INTEGER NOT NULL REFERENCES organisation (id),
    -- The code that it had until then.
    code TEXT NOT NULL
);
