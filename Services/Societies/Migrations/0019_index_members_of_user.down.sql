-- migrate: concurrently
DROP INDEX CONCURRENTLY IF EXISTS members_of_user;
