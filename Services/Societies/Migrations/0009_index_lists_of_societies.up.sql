-- migrate: concurrently
-- The lists of a university and, without one, of all of them, in their usual orders. Every society meets the condition
-- on the status, which only lists of all name, so that no list of one university takes an index of all societies.
CREATE INDEX CONCURRENTLY IF NOT EXISTS societies_by_name ON societies (tenant_id, name_key, id)
    WHERE deleted_at IS NULL;
CREATE INDEX CONCURRENTLY IF NOT EXISTS societies_of_all_by_name ON societies (name_key, id)
    WHERE deleted_at IS NULL AND status <> '';
CREATE INDEX CONCURRENTLY IF NOT EXISTS societies_of_all_by_creation ON societies (created_at, id)
    WHERE deleted_at IS NULL AND status <> '';
