-- migrate: concurrently
DROP INDEX CONCURRENTLY IF EXISTS profile_changes_by_age;
