-- migrate: concurrently
DROP INDEX CONCURRENTLY IF EXISTS registrations_to_recover;
