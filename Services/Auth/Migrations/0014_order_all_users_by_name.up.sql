-- migrate: concurrently
-- Serves the list of all universities' accounts, as users_of_all_by_creation does.
CREATE INDEX CONCURRENTLY IF NOT EXISTS users_of_all_by_name ON users (name COLLATE "C", id)
    WHERE deleted_at IS NULL AND role <> '';
