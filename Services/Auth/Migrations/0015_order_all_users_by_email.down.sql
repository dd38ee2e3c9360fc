-- migrate: concurrently
DROP INDEX CONCURRENTLY IF EXISTS users_of_all_by_email;
