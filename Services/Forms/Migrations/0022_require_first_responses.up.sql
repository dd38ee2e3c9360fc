-- Refuses a person's second response to a form that takes one of each person, whatever the form took when the first one
-- was stored. The release before looks for responses that are marked `is_only`, and nothing marks earlier ones any more
-- when a form begins to take one; so the rule is kept here for the replicas of both releases. The statement that stores
-- a response holds the form's intake by now, so this sees every earlier one.
CREATE FUNCTION require_first_response() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF EXISTS (SELECT FROM form_responses WHERE user_id = NEW.user_id AND form_id = NEW.form_id) THEN
        -- The error of the unique index, which both releases know.
        RAISE unique_violation USING
            MESSAGE = 'the person has a response to the form',
            TABLE = 'form_responses', CONSTRAINT = 'form_responses_one_per_user';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER form_responses_require_first BEFORE INSERT ON form_responses
FOR EACH ROW WHEN (NEW.is_only) EXECUTE FUNCTION require_first_response();
