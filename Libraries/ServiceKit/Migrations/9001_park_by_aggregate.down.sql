DROP INDEX parked_events_by_aggregate;
ALTER TABLE parked_events
    DROP COLUMN type,
    DROP COLUMN aggregate,
    DROP COLUMN position,
    DROP COLUMN attempts,
    DROP COLUMN retry_at;
