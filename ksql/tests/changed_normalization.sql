-- What a changed normalization does to the last five: docs/changing-the-pipeline.md says which changes are safe,
-- and these tests show why. A query that begins under another id stands for one whose offsets are forgotten.

--@test: a payment that is sent again is the same payment
RUN SCRIPT '../migrations';
SET 'auto.offset.reset' = 'earliest';
CREATE TABLE shown AS
  SELECT customer_id, TRANSFORM(payments, p => p->counterparty) AS counterparties FROM payment_trx_aggr;
INSERT INTO cc_payment (rowtime, customer_id, payment_id, amount, currency, merchant_name, status, transacted_at)
  VALUES (1, 'C-1', 'p-1', 12.50, 'EUR', 'Kino Astra', 'CAPTURED', '2026-11-30T20:00:00.000');
INSERT INTO cc_payment (rowtime, customer_id, payment_id, amount, currency, merchant_name, status, transacted_at)
  VALUES (2, 'C-1', 'p-1', 12.50, 'EUR', 'Kino Astra', 'CAPTURED', '2026-11-30T20:00:00.000');
ASSERT VALUES shown (rowtime, customer_id, counterparties) VALUES (1, 'C-1', ARRAY['Kino Astra']);
ASSERT VALUES shown (rowtime, customer_id, counterparties) VALUES (2, 'C-1', ARRAY['Kino Astra']);

--@test: a query that goes on where it was repeats nothing
RUN SCRIPT '../migrations';
SET 'auto.offset.reset' = 'earliest';
CREATE TABLE shown AS
  SELECT customer_id, TRANSFORM(payments, p => p->counterparty) AS counterparties FROM payment_trx_aggr;
INSERT INTO cc_payment (rowtime, customer_id, payment_id, amount, currency, merchant_name, status, transacted_at)
  VALUES (1, 'C-1', 'p-1', 12.50, 'EUR', 'Kino Astra', 'CAPTURED', '2026-11-30T20:00:00.000');
TERMINATE NORMALIZE_CC;
INSERT INTO payment_output WITH (QUERY_ID = 'NORMALIZE_CC')
SELECT
  customer_id, payment_id, 'CC' AS payment_type, amount, currency,
  CAST(NULL AS STRING) AS account_no, CAST(NULL AS STRING) AS account_name, CAST(NULL AS STRING) AS bank_name,
  UCASE(merchant_name) AS counterparty,
  CAST(NULL AS STRING) AS reference_no, 'SETTLED' AS status, transacted_at
FROM cc_payment EMIT CHANGES;
INSERT INTO cc_payment (rowtime, customer_id, payment_id, amount, currency, merchant_name, status, transacted_at)
  VALUES (2, 'C-1', 'p-2', 12.50, 'EUR', 'Kino Astra', 'CAPTURED', '2026-12-01T20:00:00.000');
ASSERT VALUES shown (rowtime, customer_id, counterparties) VALUES (1, 'C-1', ARRAY['Kino Astra']);
ASSERT VALUES shown (rowtime, customer_id, counterparties) VALUES (2, 'C-1', ARRAY['KINO ASTRA', 'Kino Astra']);

--@test: other bytes for all payments show a payment twice once the query begins anew
RUN SCRIPT '../migrations';
SET 'auto.offset.reset' = 'earliest';
CREATE TABLE shown AS
  SELECT customer_id, TRANSFORM(payments, p => p->counterparty) AS counterparties FROM payment_trx_aggr;
INSERT INTO cc_payment (rowtime, customer_id, payment_id, amount, currency, merchant_name, status, transacted_at)
  VALUES (1, 'C-1', 'p-1', 12.50, 'EUR', 'Kino Astra', 'CAPTURED', '2026-11-30T20:00:00.000');
TERMINATE NORMALIZE_CC;
INSERT INTO payment_output WITH (QUERY_ID = 'NORMALIZE_CC_ANEW')
SELECT
  customer_id, payment_id, 'CC' AS payment_type, amount, currency,
  CAST(NULL AS STRING) AS account_no, CAST(NULL AS STRING) AS account_name, CAST(NULL AS STRING) AS bank_name,
  UCASE(merchant_name) AS counterparty,
  CAST(NULL AS STRING) AS reference_no, 'SETTLED' AS status, transacted_at
FROM cc_payment EMIT CHANGES;
ASSERT VALUES shown (rowtime, customer_id, counterparties) VALUES (1, 'C-1', ARRAY['Kino Astra']);
ASSERT VALUES shown (rowtime, customer_id, counterparties) VALUES (1, 'C-1', ARRAY['Kino Astra', 'KINO ASTRA']);

--@test: other bytes by the time of the payment are safe when the query begins anew
RUN SCRIPT '../migrations';
SET 'auto.offset.reset' = 'earliest';
CREATE TABLE shown AS
  SELECT customer_id, TRANSFORM(payments, p => p->counterparty) AS counterparties FROM payment_trx_aggr;
INSERT INTO cc_payment (rowtime, customer_id, payment_id, amount, currency, merchant_name, status, transacted_at)
  VALUES (1, 'C-1', 'p-1', 12.50, 'EUR', 'Kino Astra', 'CAPTURED', '2026-11-30T20:00:00.000');
TERMINATE NORMALIZE_CC;
INSERT INTO payment_output WITH (QUERY_ID = 'NORMALIZE_CC_ANEW')
SELECT
  customer_id, payment_id, 'CC' AS payment_type, amount, currency,
  CAST(NULL AS STRING) AS account_no, CAST(NULL AS STRING) AS account_name, CAST(NULL AS STRING) AS bank_name,
  CASE WHEN transacted_at >= '2026-12-01T00:00:00.000' THEN UCASE(merchant_name) ELSE merchant_name END AS counterparty,
  CAST(NULL AS STRING) AS reference_no, 'SETTLED' AS status, transacted_at
FROM cc_payment EMIT CHANGES;
INSERT INTO cc_payment (rowtime, customer_id, payment_id, amount, currency, merchant_name, status, transacted_at)
  VALUES (2, 'C-1', 'p-2', 12.50, 'EUR', 'Kino Astra', 'CAPTURED', '2026-12-01T20:00:00.000');
ASSERT VALUES shown (rowtime, customer_id, counterparties) VALUES (1, 'C-1', ARRAY['Kino Astra']);
ASSERT VALUES shown (rowtime, customer_id, counterparties) VALUES (1, 'C-1', ARRAY['Kino Astra']);
ASSERT VALUES shown (rowtime, customer_id, counterparties) VALUES (2, 'C-1', ARRAY['KINO ASTRA', 'Kino Astra']);
