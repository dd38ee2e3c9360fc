-- migrate: concurrently
-- Serves a department's list and quota, and its deletion, for which programs_name_is_unique lacks older rows.
CREATE INDEX CONCURRENTLY IF NOT EXISTS programs_of_department ON programs (department_id, name COLLATE "C", id);
