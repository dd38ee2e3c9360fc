-- migrate: concurrently
-- A university's lists in other orders than that of creation, which forms_tenant has.
CREATE INDEX CONCURRENTLY IF NOT EXISTS forms_tenant_by_update ON forms (tenant_id, updated_at, id);
CREATE INDEX CONCURRENTLY IF NOT EXISTS forms_tenant_by_title ON forms (tenant_id, title COLLATE "C", id);
