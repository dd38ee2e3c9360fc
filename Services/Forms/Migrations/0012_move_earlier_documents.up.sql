-- migrate: batched
-- Rewrites rows whose documents are stored inline, which moves the documents out. An inline value's size includes its
-- header.
UPDATE forms SET document = document WHERE id IN (
    SELECT id FROM forms
    WHERE pg_column_size(document) > octet_length(document::text) AND pg_column_size(forms.*) > 2048
    LIMIT 200
);
