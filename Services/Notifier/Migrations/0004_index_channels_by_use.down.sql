-- migrate: concurrently
DROP INDEX CONCURRENTLY IF EXISTS channels_by_use;
