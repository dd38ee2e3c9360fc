-- migrate: concurrently
DROP INDEX CONCURRENTLY IF EXISTS societies_of_all_by_creation;
DROP INDEX CONCURRENTLY IF EXISTS societies_of_all_by_name;
DROP INDEX CONCURRENTLY IF EXISTS societies_by_name;
