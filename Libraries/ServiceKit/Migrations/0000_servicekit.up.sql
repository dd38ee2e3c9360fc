-- What every service keeps beside its own tables. None of it belongs to a tenant: the service reads it on its own account.

-- Events on their way out, written in the transaction that they tell of (see Outbox.swift).
CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id uuid NOT NULL,
    type text NOT NULL,
    aggregate text NOT NULL,
    data jsonb NOT NULL,
    tenant_id uuid,
    traceparent text,
    created_at timestamptz NOT NULL DEFAULT now(),
    position bigint  -- given once the row has committed; what consumers count by
);
CREATE UNIQUE INDEX outbox_position ON outbox (position) WHERE position IS NOT NULL;
CREATE INDEX outbox_waiting ON outbox (id) WHERE position IS NULL;
CREATE INDEX outbox_sent ON outbox (created_at) WHERE position IS NOT NULL;

-- One row: the last position given, and which series of positions it is of.
CREATE TABLE outbox_state (
    is_only boolean PRIMARY KEY DEFAULT true CONSTRAINT outbox_state_is_one_row CHECK (is_only),
    epoch text NOT NULL,
    position bigint NOT NULL
);
INSERT INTO outbox_state (epoch, position) VALUES (gen_random_uuid()::text, 0);

-- How far this service has read the events of others; moved in the transaction that an event changes something in.
CREATE TABLE consumer_cursors (
    producer text PRIMARY KEY,
    epoch text NOT NULL,
    position bigint NOT NULL
);

-- Events that failed again and again, set aside with the cause so that those behind them go on.
CREATE TABLE parked_events (
    producer text NOT NULL,
    event_id text NOT NULL,
    event bytea NOT NULL,
    cause text NOT NULL,
    parked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (producer, event_id)
);

-- First answers to requests that carried an Idempotency-Key, sealed under the client's own key.
CREATE TABLE idempotency_records (
    id bytea PRIMARY KEY,
    fingerprint bytea NOT NULL,
    reply bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idempotency_records_created_at ON idempotency_records (created_at);
