-- The keys that sign access tokens, private halves sealed under AUTH_KEY_ENCRYPTION_KEY. Rows never change: the next key is
-- the next generation, and of two replicas that make it at once the primary key lets one win.
CREATE TABLE signing_keys (
    generation integer PRIMARY KEY,
    id text NOT NULL UNIQUE,  -- the token header's `kid`
    sealed_private_key bytea NOT NULL,
    signs_from timestamptz NOT NULL
);
