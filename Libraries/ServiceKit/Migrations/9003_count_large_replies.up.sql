-- Count large replies against a quota of each person, or of each network for anonymous clients.
ALTER TABLE idempotency_records
    ADD COLUMN holder bytea;  -- a hash of the person or network; NULL for small replies and for older records
CREATE INDEX idempotency_records_of_holder ON idempotency_records (holder, created_at) WHERE holder IS NOT NULL;
