-- migrate: concurrently
-- Serves the list of all universities' accounts, which alone names the role. Every row meets that condition; without it
-- the planner would take this index for the list of one university too, and read the others' accounts on the way.
CREATE INDEX CONCURRENTLY IF NOT EXISTS users_of_all_by_creation ON users (created_at, id)
    WHERE deleted_at IS NULL AND role <> '';
