-- migrate: concurrently
-- Serves the total of a university's list, without a look at the table.
CREATE INDEX CONCURRENTLY IF NOT EXISTS users_present ON users (tenant_id) WHERE deleted_at IS NULL;
