-- A society of one university, its tenant. Deleted rows stay, so that an address is not given away at once.
CREATE TABLE societies (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    name text NOT NULL,
    name_folded text NOT NULL,  -- lower case, one space between words, NFKC: what is compared and sorted
    search_folded text NOT NULL,  -- name and description likewise: what a search looks through
    slug text NOT NULL,
    description text,
    logo text,
    status text NOT NULL DEFAULT 'pending'
        CONSTRAINT societies_status_is_known CHECK (status IN ('pending', 'active', 'suspended', 'archived')),
    visibility text NOT NULL
        CONSTRAINT societies_visibility_is_known CHECK (visibility IN ('public', 'members')),
    member_count bigint NOT NULL DEFAULT 0
        CONSTRAINT societies_member_count_is_not_negative CHECK (member_count >= 0),
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    retired_at timestamptz,  -- when it was archived or deleted, whichever came first
    deleted_at timestamptz,
    holds_slug boolean NOT NULL DEFAULT true,  -- until somebody else wants the slug a year after retired_at
    CONSTRAINT societies_tenant_key UNIQUE (id, tenant_id)
);
CREATE UNIQUE INDEX societies_name_is_unique ON societies (tenant_id, name_folded) WHERE retired_at IS NULL;
CREATE UNIQUE INDEX societies_slug_is_unique ON societies (tenant_id, slug) WHERE holds_slug;
CREATE INDEX societies_by_creation ON societies (tenant_id, created_at, id) WHERE deleted_at IS NULL;

ALTER TABLE societies ENABLE ROW LEVEL SECURITY;
ALTER TABLE societies FORCE ROW LEVEL SECURITY;
CREATE POLICY societies_tenant ON societies USING (current_setting('app.tenant', true) IN (tenant_id::text, '*'));
-- Anybody may read these, signed in or not; locking or changing one still takes the tenant.
CREATE POLICY societies_public ON societies FOR SELECT
    USING (status = 'active' AND visibility = 'public' AND deleted_at IS NULL);

-- Who belongs to a society, and who did: whoever comes back gets another row.
CREATE TABLE members (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id uuid NOT NULL,
    society_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role text NOT NULL
        CONSTRAINT members_role_is_known CHECK (role IN ('member', 'admin', 'president')),
    registration_id uuid,  -- what let the person in; the founder has none
    joined_at timestamptz NOT NULL DEFAULT now(),
    left_at timestamptz,
    CONSTRAINT members_society FOREIGN KEY (society_id, tenant_id) REFERENCES societies (id, tenant_id)
);
CREATE UNIQUE INDEX members_are_in_once ON members (society_id, user_id) WHERE left_at IS NULL;
CREATE UNIQUE INDEX members_one_president ON members (society_id) WHERE role = 'president' AND left_at IS NULL;
CREATE INDEX members_by_joining ON members (society_id, joined_at, user_id) WHERE left_at IS NULL;
CREATE INDEX members_by_user ON members (user_id) WHERE left_at IS NULL;

ALTER TABLE members ENABLE ROW LEVEL SECURITY;
ALTER TABLE members FORCE ROW LEVEL SECURITY;
CREATE POLICY members_tenant ON members USING (current_setting('app.tenant', true) IN (tenant_id::text, '*'));
