-- migrate: concurrently
DROP INDEX CONCURRENTLY IF EXISTS form_submissions_by_withdrawal;
