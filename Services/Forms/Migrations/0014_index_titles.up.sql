-- migrate: concurrently
-- Serves search_forms. Without a list of pending entries, which every search would read, and one unlucky writer clear.
CREATE INDEX CONCURRENTLY IF NOT EXISTS forms_by_grams ON forms USING gin (search_grams(tenant_id, lower(title)))
    WITH (fastupdate = off);
