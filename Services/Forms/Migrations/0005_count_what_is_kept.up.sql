-- What quotas count: an author's forms, the responses of one person to one form, and versions that were answered.
CREATE INDEX forms_author ON forms (created_by);
CREATE INDEX form_responses_user ON form_responses (user_id, form_id) WHERE user_id IS NOT NULL;
CREATE INDEX profile_updates_form ON profile_updates (form_id) WHERE status = 'pending';

-- Written with the count of responses, in the same update of the same row.
ALTER TABLE form_intake ADD COLUMN answered_version integer NOT NULL DEFAULT 0;  -- the newest that was answered
-- A version that nobody answered need not stay. Of those from before nobody knows.
ALTER TABLE form_versions ADD COLUMN is_answered boolean NOT NULL DEFAULT true;
ALTER TABLE form_versions ALTER COLUMN is_answered SET DEFAULT false;
