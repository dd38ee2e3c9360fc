-- migrate: concurrently
-- Serves the removal of deleted accounts.
CREATE INDEX CONCURRENTLY IF NOT EXISTS users_by_deletion ON users (deleted_at)
    WHERE deleted_at IS NOT NULL;
