-- Closes the record of another service's submission when its response is deleted, by whatever statement: the record
-- then counts as withdrawn, and retention removes it later.
CREATE FUNCTION close_submission() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE form_submissions SET response_id = NULL, withdrawn_at = now()
    WHERE submission_key = OLD.submission_key AND response_id = OLD.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER form_responses_close_submission AFTER DELETE ON form_responses
FOR EACH ROW WHEN (OLD.submission_key IS NOT NULL) EXECUTE FUNCTION close_submission();
