-- migrate: concurrently
-- Serves the removal of withdrawn submissions.
CREATE INDEX CONCURRENTLY IF NOT EXISTS form_submissions_by_withdrawal ON form_submissions (withdrawn_at)
    WHERE withdrawn_at IS NOT NULL;
