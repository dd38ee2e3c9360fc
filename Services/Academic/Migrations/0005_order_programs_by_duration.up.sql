-- migrate: concurrently
-- Serves a university's list, sorted by duration.
CREATE INDEX CONCURRENTLY IF NOT EXISTS programs_of_university_by_duration ON programs (tenant_id, duration, id);
