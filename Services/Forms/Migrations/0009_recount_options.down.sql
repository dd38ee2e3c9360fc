DROP TRIGGER form_responses_recount_deleted ON form_responses;
DROP TRIGGER form_responses_recount ON form_responses;
DROP FUNCTION recount_options();
ALTER TABLE form_responses DROP COLUMN may_be_recounted;
ALTER TABLE form_intake DROP COLUMN is_recounting;
DROP TABLE form_option_recounts;
