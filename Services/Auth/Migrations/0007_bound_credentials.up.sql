-- From where an account's owner has signed in: what strangers fail elsewhere never locks these out.
CREATE TABLE known_networks (
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    network text NOT NULL,
    tenant_id uuid,
    used_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, network)
);
CREATE INDEX known_networks_by_use ON known_networks (used_at);
ALTER TABLE known_networks ENABLE ROW LEVEL SECURITY;
ALTER TABLE known_networks FORCE ROW LEVEL SECURITY;
CREATE POLICY known_networks_tenant ON known_networks
    USING (current_setting('app.tenant', true) IN (tenant_id::text, '*'));

-- So that now and then the tokens that a session has spent are cut to the last ones.
ALTER TABLE sessions ADD COLUMN refreshes integer NOT NULL DEFAULT 0;

CREATE INDEX api_keys_by_expiry ON api_keys (expires_at) WHERE expires_at IS NOT NULL;

-- Tokens and keys carry the role and the university, so who loses some of that loses them, by whatever statement it happens.
CREATE FUNCTION end_credentials() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE sessions SET revoked_at = clock_timestamp(), revoked_in = pg_current_xact_id()::text::bigint
    FROM (
        SELECT id FROM sessions WHERE user_id = NEW.id AND revoked_at IS NULL ORDER BY id FOR NO KEY UPDATE
    ) AS live
    WHERE sessions.id = live.id;
    UPDATE api_keys SET revoked_at = clock_timestamp(), revoked_in = pg_current_xact_id()::text::bigint
    FROM (
        SELECT id FROM api_keys WHERE user_id = NEW.id AND revoked_at IS NULL ORDER BY id FOR NO KEY UPDATE
    ) AS live
    WHERE api_keys.id = live.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER users_end_credentials AFTER UPDATE OF role, tenant_id, is_active, deleted_at ON users
FOR EACH ROW WHEN (
    OLD.tenant_id IS DISTINCT FROM NEW.tenant_id
    OR OLD.is_active AND NOT NEW.is_active
    OR OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL
    OR array_position(ARRAY['student', 'moderator', 'admin', 'platform-admin'], NEW.role)
        < array_position(ARRAY['student', 'moderator', 'admin', 'platform-admin'], OLD.role)
) EXECUTE FUNCTION end_credentials();
