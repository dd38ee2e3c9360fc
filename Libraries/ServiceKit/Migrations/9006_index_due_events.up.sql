-- migrate: concurrently
CREATE INDEX CONCURRENTLY IF NOT EXISTS parked_events_due ON parked_events (producer, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX CONCURRENTLY IF NOT EXISTS parked_events_failed ON parked_events (producer, due_at)
    WHERE attempts > 0 OR waits > 0 OR awaits_release;
