-- migrate: concurrently
-- Serves lists of sessions, and the removal of a user's sessions, revoked ones included.
CREATE INDEX CONCURRENTLY IF NOT EXISTS sessions_by_user ON sessions (user_id);
