-- migrate: concurrently
CREATE INDEX CONCURRENTLY IF NOT EXISTS sessions_of_user ON sessions (user_id) WHERE revoked_at IS NULL;
