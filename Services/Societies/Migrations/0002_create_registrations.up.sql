-- How a society takes new members.
CREATE TABLE registration_settings (
    society_id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    form_id uuid NOT NULL,
    opens_at timestamptz,
    closes_at timestamptz,
    requires_approval boolean NOT NULL,
    capacity bigint CONSTRAINT registration_settings_capacity_is_positive CHECK (capacity > 0),
    fee_minor bigint CONSTRAINT registration_settings_fee_is_not_negative CHECK (fee_minor >= 0),
    fee_currency text,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT registration_settings_closes_after_opening CHECK (closes_at > opens_at),
    CONSTRAINT registration_settings_fee_is_whole CHECK ((fee_minor IS NULL) = (fee_currency IS NULL)),
    CONSTRAINT registration_settings_society FOREIGN KEY (society_id, tenant_id) REFERENCES societies (id, tenant_id)
);

ALTER TABLE registration_settings ENABLE ROW LEVEL SECURITY;
ALTER TABLE registration_settings FORCE ROW LEVEL SECURITY;
CREATE POLICY registration_settings_tenant ON registration_settings
    USING (current_setting('app.tenant', true) IN (tenant_id::text, '*'));
-- Whoever may read the society may read how to join it: the inner query is under the policies of societies.
CREATE POLICY registration_settings_public ON registration_settings FOR SELECT
    USING (EXISTS (SELECT FROM societies WHERE societies.id = society_id));

-- Requests for membership. A row is written as `submitting` before its answers go to forms under the row's id as key,
-- and becomes `pending` or `approved` once forms has them. What does not get that far becomes `abandoned`, and is deleted
-- when forms has taken the answers back (see SubmissionRecovery.swift).
CREATE TABLE registrations (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    society_id uuid NOT NULL,
    user_id uuid NOT NULL,
    state text NOT NULL DEFAULT 'submitting' CONSTRAINT registrations_state_is_known CHECK (
        state IN ('submitting', 'pending', 'approved', 'rejected', 'withdrawn', 'abandoned')
    ),
    form_id uuid NOT NULL,
    request_hash bytea NOT NULL,  -- tells a repeated attempt from another one
    attempts integer NOT NULL DEFAULT 0,
    attempted_at timestamptz NOT NULL DEFAULT now(),
    response_id uuid,
    response_must_go boolean NOT NULL DEFAULT false,  -- forms has yet to take the answers back
    reason text,
    decided_by uuid,
    decided_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT registrations_have_a_response CHECK (response_id IS NOT NULL OR state IN ('submitting', 'abandoned')),
    CONSTRAINT registrations_society FOREIGN KEY (society_id, tenant_id) REFERENCES societies (id, tenant_id)
);
CREATE UNIQUE INDEX registrations_one_undecided ON registrations (society_id, user_id)
    WHERE state IN ('submitting', 'pending');
CREATE INDEX registrations_by_creation ON registrations (society_id, created_at, id);
CREATE INDEX registrations_by_user ON registrations (user_id, society_id, created_at);
CREATE INDEX registrations_unfinished ON registrations (attempted_at) WHERE state = 'submitting' OR response_must_go;

ALTER TABLE registrations ENABLE ROW LEVEL SECURITY;
ALTER TABLE registrations FORCE ROW LEVEL SECURITY;
CREATE POLICY registrations_tenant ON registrations USING (current_setting('app.tenant', true) IN (tenant_id::text, '*'));
