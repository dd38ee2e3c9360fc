-- migrate: concurrently
DROP INDEX CONCURRENTLY IF EXISTS programs_of_university_by_name;
