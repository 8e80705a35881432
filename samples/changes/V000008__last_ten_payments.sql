-- The last ten beside the last five: a table of its own, on a topic of its own. No aggregate of ksqlDB can
-- be changed in place.
-- From the first record on: the table is to hold history, too.
SET 'auto.offset.reset' = 'earliest';
-- Of a transaction that was aborted, or is still open, no payment passes: the default reads those too.
SET 'isolation.level' = 'read_committed';
-- Every payment changes the row of its customer at once: a cache would hold it for a commit interval.
SET 'cache.max.bytes.buffering' = '0';
-- A commit writes what changed since the last: little and often holds up no payment for long.
SET 'commit.interval.ms' = '1000';
SET 'ksql.streams.producer.linger.ms' = '0';

-- Leaves: the last ten payments of each customer, packed and unpacked as in V000005.
CREATE TABLE payment_trx_aggr_10 WITH (
  KAFKA_TOPIC = 'PAYMENT-TRX-AGGR-10',
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
        10),
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
