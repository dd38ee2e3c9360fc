-- migrate: concurrently
-- What officers list: who waits for a decision, among all who ever registered.
CREATE INDEX CONCURRENTLY IF NOT EXISTS registrations_by_state ON registrations (society_id, state, created_at, id);
