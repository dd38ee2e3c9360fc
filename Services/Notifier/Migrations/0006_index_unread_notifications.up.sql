-- migrate: concurrently
-- Serves the removal of notifications that nobody reads.
CREATE INDEX CONCURRENTLY IF NOT EXISTS notifications_unread_by_age ON notifications (created_at)
    WHERE read_at IS NULL;
