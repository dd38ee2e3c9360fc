-- The people that an event notifies, and what it tells them (see Notice.swift); NULL for most events.
ALTER TABLE outbox ADD COLUMN notice jsonb;
