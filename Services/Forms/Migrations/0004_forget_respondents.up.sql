-- Who answered an anonymous form, so that nothing in the schema joins a person and an answer.
--
-- A participant's row of its own was written by the transaction that stored the answer: its xmin, its place in the table
-- and its order named the answer. Now participants are keyed hashes. The latest stand together in one row, sorted, among
-- hashes of nobody; when there are many, a part of them moves into rows, again in the order of the hashes.

ALTER TABLE forms ADD COLUMN was_anonymous boolean NOT NULL DEFAULT false;  -- in any version: it may have participants
UPDATE forms SET was_anonymous = true WHERE (settings ->> 'anonymous')::boolean;

-- Apart from the hashes; the deployment's own key comes into them too.
CREATE TABLE form_participant_secrets (
    form_id uuid PRIMARY KEY REFERENCES form_intake (form_id) ON DELETE CASCADE,
    tenant_id uuid NOT NULL,
    secret bytea NOT NULL
);
ALTER TABLE form_participant_secrets ENABLE ROW LEVEL SECURITY;
ALTER TABLE form_participant_secrets FORCE ROW LEVEL SECURITY;
CREATE POLICY form_participant_secrets_tenant ON form_participant_secrets USING (is_tenant(tenant_id));

CREATE TABLE form_recent_participants (
    form_id uuid PRIMARY KEY REFERENCES form_intake (form_id) ON DELETE CASCADE,
    tenant_id uuid NOT NULL,
    hashes bytea NOT NULL,  -- 16 bytes each, sorted
    CONSTRAINT form_recent_participants_are_whole CHECK (length(hashes) % 16 = 0)
) WITH (fillfactor = 50);
ALTER TABLE form_recent_participants ENABLE ROW LEVEL SECURITY;
ALTER TABLE form_recent_participants FORCE ROW LEVEL SECURITY;
CREATE POLICY form_recent_participants_tenant ON form_recent_participants USING (is_tenant(tenant_id));

CREATE TABLE form_participant_hashes (
    form_id uuid NOT NULL REFERENCES form_intake (form_id) ON DELETE CASCADE,
    hash bytea NOT NULL,
    tenant_id uuid NOT NULL,
    PRIMARY KEY (form_id, hash)
);
ALTER TABLE form_participant_hashes ENABLE ROW LEVEL SECURITY;
ALTER TABLE form_participant_hashes FORCE ROW LEVEL SECURITY;
CREATE POLICY form_participant_hashes_tenant ON form_participant_hashes USING (is_tenant(tenant_id));

-- What earlier releases stored beside anonymous answers. Participants from before are hashed with their form's next answer.
UPDATE form_responses SET submitted_at = date_trunc('minute', submitted_at), completion_seconds = NULL
WHERE user_id IS NULL;
