-- migrate: concurrently
-- Without a list of pending entries, which each search would read through.
CREATE INDEX CONCURRENTLY IF NOT EXISTS forms_title_trigrams ON forms USING gin (trigrams(lower(title)))
    WITH (fastupdate = off);
