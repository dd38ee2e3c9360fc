-- Where someone is signed in. A session is the family of all refresh tokens that descend from one sign-in.
CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    tenant_id uuid,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    ip_address text,
    user_agent text,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    -- The transaction that ended it: whoever reads the list of ended sessions piece by piece must not miss one that commits
    -- late, so the list is cut by transactions and not by time.
    revoked_in bigint,
    CONSTRAINT sessions_end_is_whole CHECK ((revoked_at IS NULL) = (revoked_in IS NULL))
);
CREATE INDEX sessions_of_user ON sessions (user_id) WHERE revoked_at IS NULL;
CREATE INDEX sessions_by_end ON sessions (revoked_at) WHERE revoked_at IS NOT NULL;
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE sessions FORCE ROW LEVEL SECURITY;
CREATE POLICY sessions_tenant ON sessions USING (current_setting('app.tenant', true) IN (tenant_id::text, '*'));

-- Tokens are kept as SHA-256 hashes. A spent one keeps its successor sealed under a key that only the spent token itself
-- gives, so that it can be handed out once more to whoever lost the first answer, and to nobody who reads the table.
CREATE TABLE refresh_tokens (
    hash bytea PRIMARY KEY,
    tenant_id uuid,
    session_id uuid NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    spent_at timestamptz,
    successor bytea,
    sealed_successor bytea,
    CONSTRAINT refresh_tokens_spending_is_whole
        CHECK (num_nulls(spent_at, successor, sealed_successor) IN (0, 3))
);
CREATE UNIQUE INDEX refresh_tokens_one_is_unspent ON refresh_tokens (session_id) WHERE spent_at IS NULL;
CREATE INDEX refresh_tokens_of_session ON refresh_tokens (session_id);

ALTER TABLE refresh_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE refresh_tokens FORCE ROW LEVEL SECURITY;
CREATE POLICY refresh_tokens_tenant ON refresh_tokens USING (current_setting('app.tenant', true) IN (tenant_id::text, '*'));
