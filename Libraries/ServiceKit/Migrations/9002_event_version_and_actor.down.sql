ALTER TABLE outbox
    DROP COLUMN version,
    DROP COLUMN actor;
