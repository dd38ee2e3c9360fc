-- migrate: concurrently
CREATE INDEX CONCURRENTLY IF NOT EXISTS programs_tenant ON programs (tenant_id);
