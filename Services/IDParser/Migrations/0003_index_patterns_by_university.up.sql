-- migrate: concurrently
-- A university's patterns in their usual order; the foreign key's as well.
CREATE INDEX CONCURRENTLY IF NOT EXISTS id_patterns_by_university ON id_patterns (tenant_id, priority, id);
