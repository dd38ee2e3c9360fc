-- migrate: concurrently
CREATE INDEX CONCURRENTLY IF NOT EXISTS registrations_to_recover ON registrations (recover_at) WHERE response_must_go;
