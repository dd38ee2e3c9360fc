-- migrate: concurrently
DROP INDEX CONCURRENTLY IF EXISTS sessions_by_user;
