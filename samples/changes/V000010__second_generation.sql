-- A second generation of the normalized payments and of the aggregate, beside the first: of an IBAN only
-- two characters stay, also for payments long made. Every channel has a query into it, from the first
-- record of its topic on.

-- Leaves: nothing yet.
CREATE STREAM payment_output_2 (
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
  transacted_at TIMESTAMP,
  category STRING
) WITH (
  KAFKA_TOPIC = 'PAYMENT-OUTPUT-2',
  VALUE_FORMAT = 'AVRO',
  VALUE_AVRO_SCHEMA_FULL_NAME = 'io.lastfive.schemas.Payment'
);

-- From the first record on: history is normalized anew.
SET 'auto.offset.reset' = 'earliest';
-- Of a transaction that was aborted, or is still open, no payment passes: the default reads those too.
SET 'isolation.level' = 'read_committed';
-- A payment is passed on at once: Kafka Streams would wait 100 ms for a fuller batch.
SET 'ksql.streams.producer.linger.ms' = '0';

-- Leaves: card payments as V000007 does.
INSERT INTO payment_output_2 WITH (QUERY_ID = 'NORMALIZE_CC_2')
SELECT
  customer_id,
  REPLACE(REPLACE(payment_id, '␟', ' '), '␀', ' ') AS payment_id,
  'CC' AS payment_type,
  amount,
  REPLACE(REPLACE(currency, '␟', ' '), '␀', ' ') AS currency,
  REPLACE(REPLACE(card_number_masked, '␟', ' '), '␀', ' ') AS account_no,
  REPLACE(REPLACE(cardholder_name, '␟', ' '), '␀', ' ') AS account_name,
  REPLACE(REPLACE(issuer_name, '␟', ' '), '␀', ' ') AS bank_name,
  CASE
    WHEN transacted_at >= '2026-12-01T00:00:00.000' THEN UCASE(REPLACE(REPLACE(merchant_name, '␟', ' '), '␀', ' '))
    ELSE REPLACE(REPLACE(merchant_name, '␟', ' '), '␀', ' ')
  END AS counterparty,
  REPLACE(REPLACE(retrieval_reference, '␟', ' '), '␀', ' ') AS reference_no,
  CASE WHEN status = 'REFUNDED' THEN 'REFUNDED' ELSE 'SETTLED' END AS status,
  transacted_at,
  merchant_category_code AS category
FROM cc_payment
WHERE status IN ('CAPTURED', 'REFUNDED')
  AND customer_id IS NOT NULL
  AND payment_id IS NOT NULL
  AND amount IS NOT NULL
  AND currency IS NOT NULL
  AND UNIX_TIMESTAMP(transacted_at) BETWEEN 0 AND 999999999999999
EMIT CHANGES;

-- Leaves: settled bank transfers as V000004 does, with two characters of the IBAN.
INSERT INTO payment_output_2 WITH (QUERY_ID = 'NORMALIZE_BANK_2')
SELECT
  customer_id,
  REPLACE(REPLACE(uetr, '␟', ' '), '␀', ' ') AS payment_id,
  'BANK_TRF' AS payment_type,
  instructed_amount AS amount,
  REPLACE(REPLACE(currency, '␟', ' '), '␀', ' ') AS currency,
  MASK_KEEP_RIGHT(debtor_iban, 2, '*', '*', '*', '*') AS account_no,
  REPLACE(REPLACE(debtor_name, '␟', ' '), '␀', ' ') AS account_name,
  REPLACE(REPLACE(debtor_agent_name, '␟', ' '), '␀', ' ') AS bank_name,
  REPLACE(REPLACE(creditor_name, '␟', ' '), '␀', ' ') AS counterparty,
  REPLACE(REPLACE(end_to_end_id, '␟', ' '), '␀', ' ') AS reference_no,
  'SETTLED' AS status,
  PARSE_TIMESTAMP(settled_at, 'yyyy-MM-dd''T''HH:mm:ss.SSSXXX', 'UTC') AS transacted_at,
  CAST(NULL AS STRING) AS category
FROM bank_transfer_payment
WHERE status = 'ACSC'
  AND customer_id IS NOT NULL
  AND uetr IS NOT NULL
  AND instructed_amount IS NOT NULL
  AND currency IS NOT NULL
  AND UNIX_TIMESTAMP(PARSE_TIMESTAMP(settled_at, 'yyyy-MM-dd''T''HH:mm:ss.SSSXXX', 'UTC'))
    BETWEEN 0 AND 999999999999999
EMIT CHANGES;

SET 'cache.max.bytes.buffering' = '0';
-- A commit writes what changed since the last: little and often holds up no payment for long.
SET 'commit.interval.ms' = '1000';

-- Leaves: the last five payments of each customer, packed and unpacked as in V000005.
CREATE TABLE payment_trx_aggr_2 WITH (
  KAFKA_TOPIC = 'PAYMENT-TRX-AGGR-2',
  VALUE_FORMAT = 'AVRO',
  VALUE_AVRO_SCHEMA_FULL_NAME = 'io.lastfive.schemas.RecentPayments'
) AS SELECT
  customer_id,
  TRANSFORM(
    TRANSFORM(
      TOPKDISTINCT(
        LPAD(CAST(UNIX_TIMESTAMP(transacted_at) AS STRING), 15, '0')
          + '␟' + payment_id
          + '␟' + payment_type
          + '␟' + CAST(amount AS STRING)
          + '␟' + currency
          + '␟' + COALESCE(account_no, '␀')
          + '␟' + COALESCE(account_name, '␀')
          + '␟' + COALESCE(bank_name, '␀')
          + '␟' + COALESCE(counterparty, '␀')
          + '␟' + COALESCE(reference_no, '␀')
          + '␟' + status,
        5),
      p => SPLIT(p, '␟')),
    f => STRUCT(
      payment_id := f[2],
      payment_type := f[3],
      amount := CAST(f[4] AS DECIMAL(19, 4)),
      currency := f[5],
      account_no := NULLIF(f[6], '␀'),
      account_name := NULLIF(f[7], '␀'),
      bank_name := NULLIF(f[8], '␀'),
      counterparty := NULLIF(f[9], '␀'),
      reference_no := NULLIF(f[10], '␀'),
      status := f[11],
      transacted_at := FROM_UNIXTIME(CAST(f[1] AS BIGINT)))) AS payments
FROM payment_output_2
GROUP BY customer_id
EMIT CHANGES;
