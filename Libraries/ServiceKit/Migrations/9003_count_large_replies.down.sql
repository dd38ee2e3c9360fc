DROP INDEX idempotency_records_of_holder;
ALTER TABLE idempotency_records DROP COLUMN holder;
