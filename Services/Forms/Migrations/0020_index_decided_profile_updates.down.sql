-- migrate: concurrently
DROP INDEX CONCURRENTLY IF EXISTS profile_updates_by_decision;
