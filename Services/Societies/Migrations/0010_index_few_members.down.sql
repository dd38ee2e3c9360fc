-- migrate: concurrently
DROP INDEX CONCURRENTLY IF EXISTS members_unregistered;
DROP INDEX CONCURRENTLY IF EXISTS members_officers;
