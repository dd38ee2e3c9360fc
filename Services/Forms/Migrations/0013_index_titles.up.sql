-- migrate: concurrently
-- Serves search_forms. fastupdate is off: each search would read the pending entries, and one writer would have to
-- merge them all.
CREATE INDEX CONCURRENTLY IF NOT EXISTS forms_by_grams ON forms USING gin (search_grams(tenant_id, lower(title)))
    WITH (fastupdate = off);
