-- migrate: concurrently
DROP INDEX CONCURRENTLY IF EXISTS id_patterns_by_university;
