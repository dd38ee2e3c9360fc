-- What people tell about themselves. One document: forms read and write its fields by path, the ones below `custom` are
-- made up at run time, and nothing here is searched by.
CREATE TABLE profiles (
    user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    tenant_id uuid,
    fields jsonb NOT NULL,
    student_id_verified boolean,  -- NULL without a student id
    revision bigint NOT NULL CONSTRAINT profiles_revision_is_positive CHECK (revision > 0),
    updated_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE profiles ENABLE ROW LEVEL SECURITY;
ALTER TABLE profiles FORCE ROW LEVEL SECURITY;
CREATE POLICY profiles_tenant ON profiles USING (current_setting('app.tenant', true) IN (tenant_id::text, '*'));

-- Approved changes, so that one that is approved twice changes nothing more.
CREATE TABLE profile_changes (
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    id uuid NOT NULL,
    tenant_id uuid,
    revision bigint NOT NULL,  -- of the profile, after it
    applied_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, id)
);
ALTER TABLE profile_changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE profile_changes FORCE ROW LEVEL SECURITY;
CREATE POLICY profile_changes_tenant ON profile_changes
    USING (current_setting('app.tenant', true) IN (tenant_id::text, '*'));
