-- migrate: concurrently
DROP INDEX CONCURRENTLY IF EXISTS societies_by_deletion;
