DROP TRIGGER form_responses_recount ON form_responses;
DROP FUNCTION recount_options();
DROP TABLE form_option_recounts;
