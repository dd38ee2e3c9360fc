-- migrate: concurrently
-- Serves changes of roles, which lock all platform administrators.
CREATE INDEX CONCURRENTLY IF NOT EXISTS users_platform_admins ON users (id)
    WHERE role = 'platform-admin' AND deleted_at IS NULL;
