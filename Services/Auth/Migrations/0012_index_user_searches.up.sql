-- migrate: concurrently
-- Serves search_users. Without a list of pending entries, which every search would read, and one unlucky writer clear.
CREATE INDEX CONCURRENTLY IF NOT EXISTS users_by_search ON users USING gin (search_grams(tenant_id, search_key))
    WITH (fastupdate = off) WHERE deleted_at IS NULL;
