-- migrate: concurrently
-- Serves the removal of updates that nobody decides.
CREATE INDEX CONCURRENTLY IF NOT EXISTS profile_updates_pending_by_age ON profile_updates (created_at)
    WHERE status = 'pending';
