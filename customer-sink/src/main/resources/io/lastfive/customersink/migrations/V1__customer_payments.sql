-- The customer service's copy of PAYMENT-TRX-AGGR. Made and changed by Flyway only; nothing else in the database is touched.

-- One row a customer: the last five payments, newest first, and the record that they came from.
CREATE TABLE customer_payments (
  customer_id   text COLLATE "C" PRIMARY KEY, -- compared by bytes: fast, and a prefix can use the index
  payments      jsonb NOT NULL,
  as_of         timestamptz NOT NULL,
  extra         jsonb,
  topic_id      uuid NOT NULL,
  partition     integer NOT NULL,
  record_offset bigint NOT NULL,
  updated_at    timestamptz NOT NULL DEFAULT clock_timestamp()
)
-- Room on each page lets an update stay on it; rows of five payments are kept in line, not compressed and moved out.
WITH (fillfactor = 70, toast_tuple_target = 4080);

COMMENT ON TABLE customer_payments IS 'The last five payments of every customer, carried from Kafka by lastfive sink';
COMMENT ON COLUMN customer_payments.payments IS 'JSON array, newest payment first; amounts are decimal text, times ISO 8601 UTC';
COMMENT ON COLUMN customer_payments.as_of IS 'Timestamp of the record that the row came from';
COMMENT ON COLUMN customer_payments.extra IS 'Fields of the record that the sink does not know';
COMMENT ON COLUMN customer_payments.record_offset IS 'With topic_id and partition: the record that the row came from';

-- One row a payment.
CREATE VIEW recent_payments AS
SELECT c.customer_id,
       p.position::integer                          AS position,
       p.payment ->> 'paymentId'                    AS payment_id,
       p.payment ->> 'paymentType'                  AS payment_type,
       (p.payment ->> 'amount')::numeric(19, 4)     AS amount,
       p.payment ->> 'currency'                     AS currency,
       p.payment ->> 'accountNo'                    AS account_no,
       p.payment ->> 'accountName'                  AS account_name,
       p.payment ->> 'bankName'                     AS bank_name,
       p.payment ->> 'counterparty'                 AS counterparty,
       p.payment ->> 'referenceNo'                  AS reference_no,
       p.payment ->> 'status'                       AS status,
       (p.payment ->> 'transactedAt')::timestamptz  AS transacted_at,
       p.payment -> 'extra'                         AS extra,
       c.as_of
  FROM customer_payments c
 CROSS JOIN LATERAL jsonb_array_elements(c.payments) WITH ORDINALITY AS p (payment, position);

COMMENT ON VIEW recent_payments IS 'One row a payment; position 1 is the newest';

-- How far each partition has been written, moved in the transaction that writes its rows. epoch counts its owners:
-- a commit of an earlier owner finds another epoch and changes nothing.
CREATE TABLE sink_offset (
  topic_id    uuid NOT NULL,
  partition   integer NOT NULL,
  next_offset bigint NOT NULL,
  epoch       bigint NOT NULL,
  topic       text NOT NULL,
  PRIMARY KEY (topic_id, partition)
)
WITH (fillfactor = 50);

COMMENT ON TABLE sink_offset IS 'Next offset to read of each partition, and the epoch of its owner';

-- Records that could not be read, by position: never their bytes, which may hold what must not be stored.
CREATE TABLE sink_dead_letter (
  topic         text NOT NULL,
  topic_id      uuid NOT NULL,
  partition     integer NOT NULL,
  record_offset bigint NOT NULL,
  reason        text NOT NULL,
  record_time   timestamptz,
  created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (topic_id, partition, record_offset)
);

COMMENT ON TABLE sink_dead_letter IS 'Records that the sink could not read, as position and reason';

-- Pages that watch customers are told after each commit that changed some. The payload names the schema, so that several
-- may live in one database.
CREATE FUNCTION customer_payments_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('lastfive_customer_payments', TG_TABLE_SCHEMA);
  RETURN NULL;
END
$$;

CREATE TRIGGER customer_payments_changed
AFTER INSERT OR UPDATE OR DELETE ON customer_payments
FOR EACH STATEMENT EXECUTE FUNCTION customer_payments_changed();
