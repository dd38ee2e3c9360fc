-- migrate: concurrently
-- The list of people without a university.
CREATE INDEX CONCURRENTLY IF NOT EXISTS forms_public_by_creation ON forms (created_at, id)
    WHERE is_public AND status = 'published';
