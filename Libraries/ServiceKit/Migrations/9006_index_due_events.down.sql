-- migrate: concurrently
DROP INDEX CONCURRENTLY IF EXISTS parked_events_failed;
DROP INDEX CONCURRENTLY IF EXISTS parked_events_due;
