DROP TABLE saved_filter;
DROP TABLE looked_at;
