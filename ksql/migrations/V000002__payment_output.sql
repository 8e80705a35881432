-- Leaves: nothing yet. Every channel feeds this stream with an INSERT INTO of its own, so that each
-- can be paused, terminated and replaced alone: a stream made AS SELECT could not be, once a second
-- query writes to it.
CREATE STREAM payment_output (
  customer_id STRING KEY,
  payment_id STRING,
  payment_type STRING,
  amount DECIMAL(19, 4),
  currency STRING,
  account_no STRING,
  account_name STRING,
  bank_name STRING,
  counterparty STRING,
  reference_no STRING,
  status STRING,
  transacted_at TIMESTAMP
) WITH (
  KAFKA_TOPIC = 'PAYMENT-OUTPUT',
  VALUE_FORMAT = 'AVRO',
  VALUE_AVRO_SCHEMA_FULL_NAME = 'io.lastfive.schemas.Payment'
);
