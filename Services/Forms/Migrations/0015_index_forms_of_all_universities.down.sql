-- migrate: concurrently
DROP INDEX CONCURRENTLY IF EXISTS forms_by_title;
DROP INDEX CONCURRENTLY IF EXISTS forms_by_update;
DROP INDEX CONCURRENTLY IF EXISTS forms_by_creation;
