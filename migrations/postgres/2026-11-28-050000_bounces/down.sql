DROP TABLE bounce;
DROP TABLE bounce_report;
