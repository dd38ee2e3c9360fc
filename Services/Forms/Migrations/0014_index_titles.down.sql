-- migrate: concurrently
DROP INDEX CONCURRENTLY IF EXISTS forms_title_trigrams;
