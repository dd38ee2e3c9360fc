-- migrate: concurrently
DROP INDEX CONCURRENTLY IF EXISTS notifications_unread_by_age;
