-- migrate: concurrently
-- Serves search_users. fastupdate is off: each search would read the pending entries, and one writer would have to
-- merge them all.
CREATE INDEX CONCURRENTLY IF NOT EXISTS users_by_search ON users USING gin (search_grams(tenant_id, search_key))
    WITH (fastupdate = off) WHERE deleted_at IS NULL;
