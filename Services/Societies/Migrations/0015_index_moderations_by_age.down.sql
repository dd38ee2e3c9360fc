-- migrate: concurrently
DROP INDEX CONCURRENTLY IF EXISTS moderations_by_age;
