-- migrate: concurrently
-- Serves the removal of deleted societies and what belongs to them.
CREATE INDEX CONCURRENTLY IF NOT EXISTS societies_by_deletion ON societies (deleted_at)
    WHERE deleted_at IS NOT NULL;
