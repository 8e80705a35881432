-- The channel of the e-wallet service: its topic as a stream, and one query into the stream that every
-- channel feeds. Topic and schema are there before this runs. Nothing else changes: not the other
-- channels, not the last five, not the sink, not the page.

-- Leaves: every wallet payment, whatever its state, as the e-wallet service sent it.
CREATE STREAM ewallet_payment (
  customer_id STRING KEY,
  transaction_id STRING,
  paid_amount DECIMAL(19, 4),
  currency STRING,
  wallet_id STRING,
  wallet_owner STRING,
  wallet_provider STRING,
  payee_name STRING,
  order_reference STRING,
  state STRING,
  completed_at TIMESTAMP
) WITH (
  KAFKA_TOPIC = 'EWALLET-PAYMENT',
  VALUE_FORMAT = 'AVRO'
);

-- From the first record on: the default is to skip what was sent before the query began.
SET 'auto.offset.reset' = 'earliest';
-- Of a transaction that was aborted, or is still open, no payment passes: the default reads those too.
SET 'isolation.level' = 'read_committed';
-- A payment is passed on at once: Kafka Streams would wait 100 ms for a fuller batch.
SET 'ksql.streams.producer.linger.ms' = '0';

-- Leaves: wallet payments whose money moved, in the columns that every channel shares.
--   COMPLETED becomes SETTLED, REVERSED becomes REFUNDED, PENDING and FAILED do not pass. The wallet's
--   number keeps its last four characters.
--   Rows without a mandatory value do not pass either, nor do times that 15 digits of milliseconds
--   cannot hold: the last five are sorted by them.
--   The signs that V000005 packs with (U+241F, U+2400) become spaces.
INSERT INTO payment_output WITH (QUERY_ID = 'NORMALIZE_EWALLET')
SELECT
  customer_id,
  REPLACE(REPLACE(transaction_id, '␟', ' '), '␀', ' ') AS payment_id,
  'EWALLET' AS payment_type,
  paid_amount AS amount,
  REPLACE(REPLACE(currency, '␟', ' '), '␀', ' ') AS currency,
  MASK_KEEP_RIGHT(wallet_id, 4, '*', '*', '*', '*') AS account_no,
  REPLACE(REPLACE(wallet_owner, '␟', ' '), '␀', ' ') AS account_name,
  REPLACE(REPLACE(wallet_provider, '␟', ' '), '␀', ' ') AS bank_name,
  REPLACE(REPLACE(payee_name, '␟', ' '), '␀', ' ') AS counterparty,
  REPLACE(REPLACE(order_reference, '␟', ' '), '␀', ' ') AS reference_no,
  CASE WHEN state = 'REVERSED' THEN 'REFUNDED' ELSE 'SETTLED' END AS status,
  completed_at AS transacted_at
FROM ewallet_payment
WHERE state IN ('COMPLETED', 'REVERSED')
  AND customer_id IS NOT NULL
  AND transaction_id IS NOT NULL
  AND paid_amount IS NOT NULL
  AND currency IS NOT NULL
  AND UNIX_TIMESTAMP(completed_at) BETWEEN 0 AND 999999999999999
EMIT CHANGES;
