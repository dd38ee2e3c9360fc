-- The hashed network that a pending society was founded from, so that one network cannot use up the quota of pending
-- societies. Erased once a moderator has decided.
ALTER TABLE societies ADD COLUMN founding_network bytea;
-- Serves the quotas, which count a university's present societies.
CREATE INDEX societies_present ON societies (tenant_id, status) WHERE retired_at IS NULL;
