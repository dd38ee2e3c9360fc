-- migrate: concurrently
-- The lists of platform administrators, in each of their orders.
CREATE INDEX CONCURRENTLY IF NOT EXISTS forms_by_creation ON forms (created_at, id);
CREATE INDEX CONCURRENTLY IF NOT EXISTS forms_by_update ON forms (updated_at, id);
CREATE INDEX CONCURRENTLY IF NOT EXISTS forms_by_title ON forms (title COLLATE "C", id);
