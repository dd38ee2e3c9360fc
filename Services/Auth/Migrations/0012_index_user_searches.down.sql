-- migrate: concurrently
DROP INDEX CONCURRENTLY IF EXISTS users_by_search;
