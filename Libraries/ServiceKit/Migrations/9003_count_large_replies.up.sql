-- Large replies are counted for whoever asked for them.
ALTER TABLE idempotency_records
    ADD COLUMN holder bytea;  -- a hash of the person or the network; NULL where the reply is small, and for those from before
CREATE INDEX idempotency_records_of_holder ON idempotency_records (holder, created_at) WHERE holder IS NOT NULL;
