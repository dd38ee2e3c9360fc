-- migrate: concurrently
-- Serves the foreign key: when a society is removed, PostgreSQL checks that no member is left, former ones included.
CREATE INDEX CONCURRENTLY IF NOT EXISTS members_by_society ON members (society_id);
