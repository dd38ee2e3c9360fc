-- migrate: concurrently
DROP INDEX CONCURRENTLY IF EXISTS notifications_by_reading;
