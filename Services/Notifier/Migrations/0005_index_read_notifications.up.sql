-- migrate: concurrently
-- Serves the removal of notifications some time after they were read.
CREATE INDEX CONCURRENTLY IF NOT EXISTS notifications_by_reading ON notifications (read_at)
    WHERE read_at IS NOT NULL;
