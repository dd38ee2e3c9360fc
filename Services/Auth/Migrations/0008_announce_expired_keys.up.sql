-- An expired key is announced like one that was revoked, so that what was opened with it is closed.
ALTER TABLE api_keys ADD COLUMN expired_in bigint;  -- the transaction that announced its expiry, as `revoked_in`
CREATE INDEX api_keys_expiring ON api_keys (expires_at)
    WHERE expires_at IS NOT NULL AND expired_in IS NULL AND revoked_at IS NULL;
