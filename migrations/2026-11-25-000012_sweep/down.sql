DROP TABLE sweep_due;
