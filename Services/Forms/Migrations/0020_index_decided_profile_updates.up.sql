-- migrate: concurrently
-- Serves the removal of decided updates.
CREATE INDEX CONCURRENTLY IF NOT EXISTS profile_updates_by_decision ON profile_updates (decided_at)
    WHERE decided_at IS NOT NULL;
