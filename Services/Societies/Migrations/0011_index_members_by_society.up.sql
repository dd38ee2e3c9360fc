-- migrate: concurrently
-- The foreign key's: a society that is removed has no members left, former ones included.
CREATE INDEX CONCURRENTLY IF NOT EXISTS members_by_society ON members (society_id);
