-- migrate: concurrently
-- Serves the removal of registrations that led to no membership.
CREATE INDEX CONCURRENTLY IF NOT EXISTS registrations_by_end ON registrations (coalesce(decided_at, created_at))
    WHERE state IN ('rejected', 'withdrawn');
