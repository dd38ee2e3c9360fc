-- Where a pending society was founded from, hashed, so that one network cannot take up all room for pending ones. Forgotten
-- once a moderator has decided.
ALTER TABLE societies ADD COLUMN founding_network bytea;
-- Quotas count a university's present societies.
CREATE INDEX societies_present ON societies (tenant_id, status) WHERE retired_at IS NULL;
