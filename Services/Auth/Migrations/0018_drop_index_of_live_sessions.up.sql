-- migrate: concurrently
-- Replaced by sessions_by_user.
DROP INDEX CONCURRENTLY IF EXISTS sessions_of_user;
