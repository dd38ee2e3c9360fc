-- migrate: concurrently
DROP INDEX CONCURRENTLY IF EXISTS forms_public_by_creation;
