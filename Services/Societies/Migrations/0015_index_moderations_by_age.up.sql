-- migrate: concurrently
-- Serves the removal of old moderations.
CREATE INDEX CONCURRENTLY IF NOT EXISTS moderations_by_age ON moderations (happened_at);
