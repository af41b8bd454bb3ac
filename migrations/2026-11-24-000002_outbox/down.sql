DROP TABLE snapshot;
DROP TABLE job_run;
DROP TABLE planning_run;
DROP TABLE told;
DROP TABLE message;
