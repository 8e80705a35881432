-- From the first record on: the default is to skip what was sent before the query began.
SET 'auto.offset.reset' = 'earliest';
-- Of a transaction that was aborted, or is still open, no payment passes: the default reads those too.
SET 'isolation.level' = 'read_committed';
-- Every payment changes the row of its customer at once: a cache would hold it for a commit interval.
SET 'cache.max.bytes.buffering' = '0';
-- A commit writes what changed since the last: little and often holds up no payment for long.
SET 'commit.interval.ms' = '1000';
SET 'ksql.streams.producer.linger.ms' = '0';

-- Leaves: the last five payments of each customer by the time of the payment, newest first, each once (equal
-- times: payment_id descending), whenever a payment arrives.
--   Each payment is packed into one text that sorts by time: milliseconds in 15 digits, then the
--   other columns, parted by U+241F, with U+2400 for null. TOPKDISTINCT keeps the five greatest, so
--   a payment that arrives twice, late or out of order changes nothing that it should not. Then each
--   text is split and unpacked. f[1] is the first part.
CREATE TABLE payment_trx_aggr WITH (
  KAFKA_TOPIC = 'PAYMENT-TRX-AGGR',
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
FROM payment_output
GROUP BY customer_id
EMIT CHANGES;
