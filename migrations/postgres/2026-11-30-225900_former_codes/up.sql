-- The codes that organisations had until they were given another: a policy that names one goes on to mean the organisation.
CREATE TABLE former_code (
    -- By which it was recorded that the organisation has another code.
    import_id integer NOT NULL PRIMARY KEY REFERENCES import (id),
    organisation_id integer NOT NULL REFERENCES organisation (id),
    -- The code that it had until then.
    code text COLLATE "C" NOT NULL
);
