-- migrate: concurrently
-- Serves the list of a university's patterns in its usual order, and the foreign key.
CREATE INDEX CONCURRENTLY IF NOT EXISTS id_patterns_by_university ON id_patterns (tenant_id, priority, id);
