DROP TRIGGER form_responses_close_submission ON form_responses;
DROP FUNCTION close_submission();
