-- migrate: concurrently
DROP INDEX CONCURRENTLY IF EXISTS forms_of_all_by_title;
DROP INDEX CONCURRENTLY IF EXISTS forms_of_all_by_update;
DROP INDEX CONCURRENTLY IF EXISTS forms_of_all_by_creation;
