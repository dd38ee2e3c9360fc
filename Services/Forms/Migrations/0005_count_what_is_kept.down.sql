ALTER TABLE form_versions DROP COLUMN is_answered;
ALTER TABLE form_intake DROP COLUMN answered_version;
DROP INDEX profile_updates_form;
DROP INDEX form_responses_user;
DROP INDEX forms_author;
