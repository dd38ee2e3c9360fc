-- migrate: concurrently
DROP INDEX CONCURRENTLY IF EXISTS forms_by_grams;
