DROP TABLE idempotency_records;
DROP TABLE parked_events;
DROP TABLE consumer_cursors;
DROP TABLE outbox_state;
DROP TABLE outbox;
