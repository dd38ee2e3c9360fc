-- migrate: concurrently
-- Replaced by programs_of_university_by_name.
DROP INDEX CONCURRENTLY IF EXISTS programs_tenant;
