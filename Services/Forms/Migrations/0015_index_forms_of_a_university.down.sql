-- migrate: concurrently
DROP INDEX CONCURRENTLY IF EXISTS forms_tenant_by_title;
DROP INDEX CONCURRENTLY IF EXISTS forms_tenant_by_update;
