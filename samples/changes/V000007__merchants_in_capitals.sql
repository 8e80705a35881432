-- Merchants' names in capitals, as card statements have them, from 1 December 2026 on. What decides is
-- when the payment was made, not when this runs: the same payment has the same bytes however often and
-- whenever it is normalized, so one that is sent again, or all of them, cannot be two payments. To be
-- applied before that day.

-- The query ends, and the next of the same name goes on from its offsets.
TERMINATE NORMALIZE_CC;

-- From the first record on where the query has no offsets any more.
SET 'auto.offset.reset' = 'earliest';
-- Of a transaction that was aborted, or is still open, no payment passes: the default reads those too.
SET 'isolation.level' = 'read_committed';
-- A payment is passed on at once: Kafka Streams would wait 100 ms for a fuller batch.
SET 'ksql.streams.producer.linger.ms' = '0';

-- Leaves: card payments as V000006 does, but for the merchants' names of later ones.
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
