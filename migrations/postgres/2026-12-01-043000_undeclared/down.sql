-- Nothing was changed.
SELECT;
