-- One account's foundings of a day are counted, those of deleted societies too.
CREATE INDEX societies_by_founding ON societies (created_by, created_at);
-- No link leads to what was never active.
UPDATE societies SET holds_slug = false WHERE status = 'pending' AND deleted_at IS NOT NULL AND holds_slug;
