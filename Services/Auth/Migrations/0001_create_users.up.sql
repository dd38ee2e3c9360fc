-- Accounts. The tenant is the university that an account was opened at; accounts without one have none and, like the
-- search by address at sign-in, which cannot know the university yet, are reached in the platform's scope only.
CREATE TABLE users (
    id uuid PRIMARY KEY,
    tenant_id uuid,
    email text NOT NULL,  -- as it was typed
    -- Addresses are ASCII; the C collation folds them the same on every server.
    folded_email text NOT NULL GENERATED ALWAYS AS (lower(email COLLATE "C")) STORED,
    email_verified boolean NOT NULL DEFAULT false,
    name text NOT NULL,
    image text,
    role text NOT NULL CONSTRAINT users_role_is_known CHECK (role IN ('student', 'moderator', 'admin', 'platform-admin')),
    password_hash text NOT NULL,
    -- Not moved when the same password is only hashed anew; a sign-in that began before the change must fail.
    password_changed_at timestamptz NOT NULL DEFAULT now(),
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz
);
-- An address is free again once its account is gone.
CREATE UNIQUE INDEX users_email_is_unique ON users (folded_email) WHERE deleted_at IS NULL;
-- One for each way in which the list of a university's accounts is sorted.
CREATE INDEX users_by_creation ON users (tenant_id, created_at, id);
CREATE INDEX users_by_name ON users (tenant_id, name COLLATE "C", id);
CREATE INDEX users_by_email ON users (tenant_id, folded_email COLLATE "C", id);

ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
CREATE POLICY users_tenant ON users USING (current_setting('app.tenant', true) IN (tenant_id::text, '*'));

-- Failed sign-ins by address (hashed: unknown ones count as well, and people type passwords into the wrong field) and by
-- where they came from. A row holds the moments of the failures that still count.
CREATE TABLE sign_in_failures (
    account bytea NOT NULL,
    source text NOT NULL,
    failed_at timestamptz[] NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account, source)
);
CREATE INDEX sign_in_failures_by_age ON sign_in_failures (updated_at);
