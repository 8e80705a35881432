-- The table of the last five, its query and its topic. Apply it once no sink carries the topic any more.

-- Leaves: nothing.
DROP TABLE payment_trx_aggr DELETE TOPIC;
