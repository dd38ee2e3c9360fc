-- migrate: concurrently
-- Serves the removal of former members.
CREATE INDEX CONCURRENTLY IF NOT EXISTS members_by_leaving ON members (left_at)
    WHERE left_at IS NOT NULL;
