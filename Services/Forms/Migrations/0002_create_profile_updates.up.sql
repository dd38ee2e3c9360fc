-- Answers that wait for their respondent's word before they go into the profile, and the names by which forms reach it.

CREATE TABLE profile_updates (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    form_id uuid NOT NULL,
    response_id uuid NOT NULL,
    question_id uuid NOT NULL,
    profile_field_key text NOT NULL,
    profile_path text NOT NULL,
    old_value jsonb,
    new_value jsonb NOT NULL,
    status text NOT NULL DEFAULT 'pending',
    applying_at_revision bigint,  -- the profile's, once the change has been sent: it may have been made
    created_at timestamptz NOT NULL,
    decided_at timestamptz,
    CONSTRAINT profile_updates_status_is_known CHECK (status IN ('pending', 'approved', 'rejected')),
    CONSTRAINT profile_updates_decision_has_time CHECK ((status = 'pending') = (decided_at IS NULL))
);
CREATE INDEX profile_updates_user ON profile_updates (user_id, created_at, id);
CREATE INDEX profile_updates_response ON profile_updates (response_id) WHERE status = 'pending';
ALTER TABLE profile_updates ENABLE ROW LEVEL SECURITY;
ALTER TABLE profile_updates FORCE ROW LEVEL SECURITY;
CREATE POLICY profile_updates_tenant ON profile_updates USING (is_tenant(tenant_id));

-- The same for every university: everybody reads them, and platform administrators write them.
CREATE TABLE profile_field_mappings (
    id uuid PRIMARY KEY,
    field_key text NOT NULL CONSTRAINT profile_field_mappings_field_key_is_unique UNIQUE,
    display_label text NOT NULL,
    category text,
    data_type text NOT NULL,
    profile_path text NOT NULL,
    default_validation_rules jsonb,
    is_active boolean NOT NULL
);
ALTER TABLE profile_field_mappings ENABLE ROW LEVEL SECURITY;
ALTER TABLE profile_field_mappings FORCE ROW LEVEL SECURITY;
CREATE POLICY profile_field_mappings_read ON profile_field_mappings FOR SELECT USING (true);
CREATE POLICY profile_field_mappings_write ON profile_field_mappings
    USING (current_setting('app.tenant', true) = '*');
