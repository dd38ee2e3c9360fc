-- Keys with which programs act for their owners. A key is 256 random bits, so a plain SHA-256 of it cannot be turned back.
CREATE TABLE api_keys (
    id uuid PRIMARY KEY,
    tenant_id uuid,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name text NOT NULL,
    prefix text NOT NULL,  -- of the key, for people to tell keys apart
    hash bytea NOT NULL CONSTRAINT api_keys_hash_is_unique UNIQUE,
    scopes text[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz,
    revoked_in bigint,  -- the transaction that ended it, as in sessions
    CONSTRAINT api_keys_end_is_whole CHECK ((revoked_at IS NULL) = (revoked_in IS NULL))
);
CREATE INDEX api_keys_of_user ON api_keys (user_id) WHERE revoked_at IS NULL;
CREATE INDEX api_keys_by_end ON api_keys (revoked_at) WHERE revoked_at IS NOT NULL;

ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY api_keys_tenant ON api_keys USING (current_setting('app.tenant', true) IN (tenant_id::text, '*'));
