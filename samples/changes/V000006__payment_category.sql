-- A new column at the end of payment_output: what kind of merchant was paid. Queries that are not
-- replaced go on and leave it empty. The aggregate does not pack it, so nothing changes for customers.

-- Leaves: nothing. What was written before reads as null in the new column.
ALTER STREAM payment_output ADD COLUMN category STRING;

-- The query ends, and the next of the same name goes on from its offsets.
TERMINATE NORMALIZE_CC;

-- From the first record on where the query has no offsets any more.
SET 'auto.offset.reset' = 'earliest';
-- Of a transaction that was aborted, or is still open, no payment passes: the default reads those too.
SET 'isolation.level' = 'read_committed';
-- A payment is passed on at once: Kafka Streams would wait 100 ms for a fuller batch.
SET 'ksql.streams.producer.linger.ms' = '0';

-- Leaves: card payments as V000003 does, with the merchant category code (ISO 18245) as category.
INSERT INTO payment_output WITH (QUERY_ID = 'NORMALIZE_CC')
SELECT
  customer_id,
  REPLACE(REPLACE(payment_id, '␟', ' '), '␀', ' ') AS payment_id,
  'CC' AS payment_type,
  amount,
  REPLACE(REPLACE(currency, '␟', ' '), '␀', ' ') AS currency,
  REPLACE(REPLACE(card_number_masked, '␟', ' '), '␀', ' ') AS account_no,
  REPLACE(REPLACE(cardholder_name, '␟', ' '), '␀', ' ') AS account_name,
  REPLACE(REPLACE(issuer_name, '␟', ' '), '␀', ' ') AS bank_name,
  REPLACE(REPLACE(merchant_name, '␟', ' '), '␀', ' ') AS counterparty,
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
