-- A form, its published versions, and what was answered.
--
-- A tenant is a university. Every table but the mappings carries it, and PostgreSQL itself keeps tenants apart: a
-- transaction sees the rows of the tenant that it names in app.tenant, and all of them with '*'.

-- Whether the transaction may touch a tenant's rows; inlined into every query. With CASE the planner takes it for true of
-- half of the rows. Of a plain comparison it expects 1 in 200, and so reads and sorts all responses of a form, which it
-- takes for a handful, where an index has the first twenty in order (100 responses: 0.27 ms instead of 0.05).
CREATE FUNCTION is_tenant(tenant uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE current_setting('app.tenant', true)
        WHEN '*' THEN true ELSE tenant::text = current_setting('app.tenant', true) END;

CREATE TABLE forms (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    title text NOT NULL,
    description text,
    entity_type text NOT NULL,
    entity_id uuid,
    status text NOT NULL,
    is_public boolean NOT NULL,
    settings jsonb NOT NULL,
    version integer NOT NULL,
    revision bigint NOT NULL,  -- rises with every write; the ETag
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    published_at timestamptz,
    document json NOT NULL,  -- the whole form as clients get it; json, not jsonb, so that it travels as it was written
    CONSTRAINT forms_entity_type_is_known CHECK (entity_type IN ('society', 'event', 'survey')),
    CONSTRAINT forms_entity_fits_type CHECK ((entity_type = 'survey') = (entity_id IS NULL)),
    CONSTRAINT forms_status_is_known CHECK (status IN ('draft', 'published', 'closed', 'archived')),
    CONSTRAINT forms_version_is_positive CHECK (version > 0)
) WITH (toast_tuple_target = 8160);
-- A document of a few kilobytes stays in its row, uncompressed: reading it is one page.
ALTER TABLE forms ALTER COLUMN document SET STORAGE EXTERNAL;
CREATE INDEX forms_tenant ON forms (tenant_id, created_at DESC, id DESC);
CREATE INDEX forms_entity ON forms (entity_id) WHERE entity_id IS NOT NULL;
ALTER TABLE forms ENABLE ROW LEVEL SECURITY;
ALTER TABLE forms FORCE ROW LEVEL SECURITY;
CREATE POLICY forms_tenant ON forms USING (is_tenant(tenant_id));
CREATE POLICY forms_public ON forms FOR SELECT USING (is_public AND status = 'published');

-- Published versions, never changed: what a response answered.
CREATE TABLE form_versions (
    form_id uuid NOT NULL REFERENCES forms (id) ON DELETE CASCADE,
    version integer NOT NULL,
    tenant_id uuid NOT NULL,
    document json NOT NULL,
    published_at timestamptz NOT NULL,
    PRIMARY KEY (form_id, version)
);
ALTER TABLE form_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE form_versions FORCE ROW LEVEL SECURITY;
CREATE POLICY form_versions_tenant ON form_versions USING (is_tenant(tenant_id));

-- Where responses come in: a submission counts itself here before it is kept, in one statement that holds this row, so
-- that no response slips past a limit, a closing or an edit. Apart from the form, since every response changes it: an
-- update writes a whole row anew, and this one is short.
CREATE TABLE form_intake (
    form_id uuid PRIMARY KEY REFERENCES forms (id) ON DELETE CASCADE,
    tenant_id uuid NOT NULL,
    revision bigint,  -- the form's, while it takes responses; NULL while it takes none
    responses bigint NOT NULL DEFAULT 0,
    CONSTRAINT form_intake_is_not_negative CHECK (responses >= 0)
) WITH (fillfactor = 50);  -- room for the next version of a row on its own page
ALTER TABLE form_intake ENABLE ROW LEVEL SECURITY;
ALTER TABLE form_intake FORCE ROW LEVEL SECURITY;
CREATE POLICY form_intake_tenant ON form_intake USING (is_tenant(tenant_id));

CREATE TABLE form_responses (
    id uuid PRIMARY KEY,
    form_id uuid NOT NULL REFERENCES form_intake (form_id) ON DELETE CASCADE,
    tenant_id uuid NOT NULL,
    form_version integer NOT NULL,
    user_id uuid,  -- NULL where the form is anonymous
    is_only boolean NOT NULL,  -- whether the form took one response of each person
    answers jsonb NOT NULL,
    payment_status text,
    submitted_at timestamptz NOT NULL,
    completion_seconds bigint,
    submission_key uuid,  -- what another service made together with it
    CONSTRAINT form_responses_payment_status_is_known
        CHECK (payment_status IN ('pending', 'paid', 'refunded', 'waived'))
);
CREATE INDEX form_responses_page ON form_responses (form_id, submitted_at, id);
CREATE UNIQUE INDEX form_responses_one_per_user ON form_responses (form_id, user_id) WHERE is_only;
ALTER TABLE form_responses ENABLE ROW LEVEL SECURITY;
ALTER TABLE form_responses FORCE ROW LEVEL SECURITY;
CREATE POLICY form_responses_tenant ON form_responses USING (is_tenant(tenant_id));

-- Who answered an anonymous form that takes one response of each person: that, and nothing of what or when.
CREATE TABLE form_participants (
    form_id uuid NOT NULL REFERENCES form_intake (form_id) ON DELETE CASCADE,
    user_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    CONSTRAINT form_participants_one_per_user PRIMARY KEY (form_id, user_id)
);
ALTER TABLE form_participants ENABLE ROW LEVEL SECURITY;
ALTER TABLE form_participants FORCE ROW LEVEL SECURITY;
CREATE POLICY form_participants_tenant ON form_participants USING (is_tenant(tenant_id));

-- How many responses chose an option, of those that only so many may choose in the present version.
CREATE TABLE form_option_counters (
    form_id uuid NOT NULL REFERENCES form_intake (form_id) ON DELETE CASCADE,
    question_id uuid NOT NULL,
    option_value text NOT NULL,
    tenant_id uuid NOT NULL,
    responses bigint NOT NULL,
    PRIMARY KEY (form_id, question_id, option_value),
    CONSTRAINT form_option_counters_is_not_negative CHECK (responses >= 0)
);
ALTER TABLE form_option_counters ENABLE ROW LEVEL SECURITY;
ALTER TABLE form_option_counters FORCE ROW LEVEL SECURITY;
CREATE POLICY form_option_counters_tenant ON form_option_counters USING (is_tenant(tenant_id));

-- Submissions of other services, by the id of what they make of them. The row outlives the response, so that a
-- submission that was withdrawn before it arrived finds that out.
CREATE TABLE form_submissions (
    submission_key uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    response_id uuid,  -- NULL where it was withdrawn
    created_at timestamptz NOT NULL DEFAULT now(),
    withdrawn_at timestamptz,
    CONSTRAINT form_submissions_is_one_or_the_other CHECK ((response_id IS NULL) = (withdrawn_at IS NOT NULL))
);
ALTER TABLE form_submissions ENABLE ROW LEVEL SECURITY;
ALTER TABLE form_submissions FORCE ROW LEVEL SECURITY;
CREATE POLICY form_submissions_tenant ON form_submissions USING (is_tenant(tenant_id));
