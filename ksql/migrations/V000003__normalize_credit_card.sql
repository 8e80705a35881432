-- From the first record on: the default is to skip what was sent before the query began.
SET 'auto.offset.reset' = 'earliest';
-- Of a transaction that was aborted, or is still open, no payment passes: the default reads those too.
SET 'isolation.level' = 'read_committed';
-- A payment is passed on at once: Kafka Streams would wait 100 ms for a fuller batch.
SET 'ksql.streams.producer.linger.ms' = '0';

-- Leaves: card payments whose money moved, in the columns that every channel shares.
--   CAPTURED becomes SETTLED, REFUNDED stays, AUTHORIZED and DECLINED do not pass.
--   Rows without a mandatory value do not pass either, nor do times that 15 digits of milliseconds
--   cannot hold: the last five are sorted by them.
--   The signs that V000005 packs with (U+241F, U+2400) become spaces.
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
  transacted_at
FROM cc_payment
WHERE status IN ('CAPTURED', 'REFUNDED')
  AND customer_id IS NOT NULL
  AND payment_id IS NOT NULL
  AND amount IS NOT NULL
  AND currency IS NOT NULL
  AND UNIX_TIMESTAMP(transacted_at) BETWEEN 0 AND 999999999999999
EMIT CHANGES;
