-- migrate: concurrently
-- Serves the removal of channels that nobody uses.
CREATE INDEX CONCURRENTLY IF NOT EXISTS channels_by_use ON channels (used_at);
