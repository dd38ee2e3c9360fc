-- migrate: concurrently
DROP INDEX CONCURRENTLY IF EXISTS profile_updates_pending_by_age;
