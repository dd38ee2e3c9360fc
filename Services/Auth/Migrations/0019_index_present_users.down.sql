-- migrate: concurrently
DROP INDEX CONCURRENTLY IF EXISTS users_present;
