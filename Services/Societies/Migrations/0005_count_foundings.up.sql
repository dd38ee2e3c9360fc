-- Count the societies that an account founded in a day, deleted ones included.
CREATE INDEX societies_by_founding ON societies (created_by, created_at);
-- Free the slugs of deleted societies that were never active: no link leads to them.
UPDATE societies SET holds_slug = false WHERE status = 'pending' AND deleted_at IS NOT NULL AND holds_slug;
