-- migrate: concurrently
-- Serves a university's list, sorted by name.
CREATE INDEX CONCURRENTLY IF NOT EXISTS programs_of_university_by_name ON programs (tenant_id, name COLLATE "C", id);
