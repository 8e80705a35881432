-- From the first record on: the default is to skip what was sent before the query began.
SET 'auto.offset.reset' = 'earliest';
-- Of a transaction that was aborted, or is still open, no payment passes: the default reads those too.
SET 'isolation.level' = 'read_committed';
-- A payment is passed on at once: Kafka Streams would wait 100 ms for a fuller batch.
SET 'ksql.streams.producer.linger.ms' = '0';

-- Leaves: settled bank transfers, in the columns that every channel shares.
--   ACSC (settlement completed) becomes SETTLED, ACSP and RJCT do not pass.
--   The IBAN keeps its last four characters. The time arrives as text with an offset. A row whose
--   time cannot be read is described in the processing log and does not pass, as rows without a
--   mandatory value do not.
--   The signs that V000005 packs with (U+241F, U+2400) become spaces.
INSERT INTO payment_output WITH (QUERY_ID = 'NORMALIZE_BANK')
SELECT
  customer_id,
  REPLACE(REPLACE(uetr, '␟', ' '), '␀', ' ') AS payment_id,
  'BANK_TRF' AS payment_type,
  instructed_amount AS amount,
  REPLACE(REPLACE(currency, '␟', ' '), '␀', ' ') AS currency,
  MASK_KEEP_RIGHT(debtor_iban, 4, '*', '*', '*', '*') AS account_no,
  REPLACE(REPLACE(debtor_name, '␟', ' '), '␀', ' ') AS account_name,
  REPLACE(REPLACE(debtor_agent_name, '␟', ' '), '␀', ' ') AS bank_name,
  REPLACE(REPLACE(creditor_name, '␟', ' '), '␀', ' ') AS counterparty,
  REPLACE(REPLACE(end_to_end_id, '␟', ' '), '␀', ' ') AS reference_no,
  'SETTLED' AS status,
  PARSE_TIMESTAMP(settled_at, 'yyyy-MM-dd''T''HH:mm:ss.SSSXXX', 'UTC') AS transacted_at
FROM bank_transfer_payment
WHERE status = 'ACSC'
  AND customer_id IS NOT NULL
  AND uetr IS NOT NULL
  AND instructed_amount IS NOT NULL
  AND currency IS NOT NULL
  AND UNIX_TIMESTAMP(PARSE_TIMESTAMP(settled_at, 'yyyy-MM-dd''T''HH:mm:ss.SSSXXX', 'UTC'))
    BETWEEN 0 AND 999999999999999
EMIT CHANGES;
