DROP TRIGGER form_responses_require_first ON form_responses;
DROP FUNCTION require_first_response();
