DROP TABLE delivery_stop;
DROP TABLE refusal;
