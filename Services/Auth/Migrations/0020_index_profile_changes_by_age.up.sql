-- migrate: concurrently
-- Serves the removal of old changes.
CREATE INDEX CONCURRENTLY IF NOT EXISTS profile_changes_by_age ON profile_changes (applied_at);
