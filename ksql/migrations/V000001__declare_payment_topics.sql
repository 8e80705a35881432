-- The topics that the payment services write to, one stream a channel. The columns are the fields of
-- the events (schemas/src/main/avro), and customer_id is the key. The schemas are registered before
-- this runs, so ksqlDB leaves the subjects alone and reads the fields by name.
-- No TIMESTAMP column: record times stay arrival times, so that neither retention nor the broker
-- ever refuses a payment for being old or early.

-- Leaves: every card payment, whatever its status, as the card service sent it.
CREATE STREAM cc_payment (
  customer_id STRING KEY,
  payment_id STRING,
  amount DECIMAL(19, 4),
  currency STRING,
  card_number_masked STRING,
  card_token STRING,
  cardholder_name STRING,
  issuer_name STRING,
  retrieval_reference STRING,
  merchant_name STRING,
  merchant_category_code STRING,
  authorization_code STRING,
  card_scheme STRING,
  status STRING,
  transacted_at TIMESTAMP
) WITH (
  KAFKA_TOPIC = 'CC-PAYMENT',
  VALUE_FORMAT = 'AVRO'
);

-- Leaves: every bank transfer, whatever its status, as the transfer service sent it.
CREATE STREAM bank_transfer_payment (
  customer_id STRING KEY,
  uetr STRING,
  instructed_amount DECIMAL(19, 4),
  currency STRING,
  debtor_iban STRING,
  debtor_name STRING,
  debtor_agent_name STRING,
  debtor_agent_bic STRING,
  end_to_end_id STRING,
  remittance_information STRING,
  creditor_name STRING,
  creditor_iban STRING,
  status STRING,
  settled_at STRING
) WITH (
  KAFKA_TOPIC = 'BANK-TRANSFER-PAYMENT',
  VALUE_FORMAT = 'AVRO'
);
