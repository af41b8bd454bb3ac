DROP TABLE digest_item;
DROP TABLE digest_week;
