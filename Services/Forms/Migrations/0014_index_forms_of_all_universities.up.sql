-- migrate: concurrently
-- The lists of platform administrators, in each of their orders. Every form meets the condition, which only these lists
-- name, so that no list of one university takes an index of all forms.
CREATE INDEX CONCURRENTLY IF NOT EXISTS forms_of_all_by_creation ON forms (created_at, id) WHERE status <> '';
CREATE INDEX CONCURRENTLY IF NOT EXISTS forms_of_all_by_update ON forms (updated_at, id) WHERE status <> '';
CREATE INDEX CONCURRENTLY IF NOT EXISTS forms_of_all_by_title ON forms (title COLLATE "C", id) WHERE status <> '';
