-- The first generation: its queries, streams, tables and topics. Apply it once no sink carries its topics any
-- more. Nothing is left to go back to.

-- Leaves: nothing.
TERMINATE NORMALIZE_CC;
TERMINATE NORMALIZE_BANK;
DROP TABLE payment_trx_aggr_10 DELETE TOPIC;
DROP STREAM payment_output DELETE TOPIC;
