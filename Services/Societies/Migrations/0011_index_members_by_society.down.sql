-- migrate: concurrently
DROP INDEX CONCURRENTLY IF EXISTS members_by_society;
