-- Customers are found by the words of their account names, and the page tells how old the newest data is.

-- Changes only when names do: an update that leaves it as it is stays on its page (HOT) and touches no index.
ALTER TABLE customer_payments ADD COLUMN name_words tsvector NOT NULL DEFAULT '';

COMMENT ON COLUMN customer_payments.name_words IS 'Words of the account names, without case and accents';

UPDATE customer_payments AS current
   SET name_words = strip(to_tsvector('simple', names.names))
  FROM (SELECT customer_id, string_agg(DISTINCT payment ->> 'accountName', ' ') AS names
          FROM customer_payments CROSS JOIN LATERAL jsonb_array_elements(payments) AS p (payment)
         GROUP BY customer_id) AS names
 WHERE names.customer_id = current.customer_id AND names.names IS NOT NULL;

CREATE INDEX customer_payments_name_words ON customer_payments USING gin (name_words);

ALTER TABLE sink_offset ADD COLUMN newest_record timestamptz;

COMMENT ON COLUMN sink_offset.newest_record IS 'Timestamp of the newest record that was written';
