-- migrate: concurrently
-- Serves a university's list, sorted by creation.
CREATE INDEX CONCURRENTLY IF NOT EXISTS programs_of_university_by_creation ON programs (tenant_id, created_at, id);
