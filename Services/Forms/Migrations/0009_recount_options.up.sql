-- Lets newly limited options be counted while submissions go on.
--
-- An edit adds a row for each such option while it holds the form's intake, so that every response is either stored
-- before the row or counted in it. Then it counts the stored responses without a lock, and reads `change` in the same
-- statement. The difference is the number stored before the row, whenever it is read. Under the lock that stores the
-- edit, the sum of that difference and `change` is exact.
CREATE TABLE form_option_recounts (
    form_id uuid NOT NULL REFERENCES form_intake (form_id) ON DELETE CASCADE,
    question_id uuid NOT NULL,
    option_value text NOT NULL,
    tenant_id uuid NOT NULL,
    change bigint NOT NULL DEFAULT 0,  -- by responses stored and deleted since; negative where more were deleted
    PRIMARY KEY (form_id, question_id, option_value)
);
ALTER TABLE form_option_recounts ENABLE ROW LEVEL SECURITY;
ALTER TABLE form_option_recounts FORCE ROW LEVEL SECURITY;
CREATE POLICY form_option_recounts_tenant ON form_option_recounts USING (is_tenant(tenant_id));

-- Set under the intake's row lock while there may be such rows.
ALTER TABLE form_intake ADD COLUMN is_recounting boolean NOT NULL DEFAULT false;
-- The intake's flag when the response was stored, which saves the others the trigger. The release before doesn't know
-- the flag, so that its responses always call it.
ALTER TABLE form_responses ADD COLUMN may_be_recounted boolean NOT NULL DEFAULT true;

-- A trigger, so that the responses of every release count. Who stores or deletes a response holds the form's intake.
CREATE FUNCTION recount_options() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE form_option_recounts SET change = change + 1
        WHERE form_id = NEW.form_id AND NEW.answers -> question_id::text ? option_value
            AND jsonb_typeof(NEW.answers -> question_id::text) IN ('array', 'string');
    ELSE
        UPDATE form_option_recounts SET change = change - 1
        WHERE form_id = OLD.form_id AND OLD.answers -> question_id::text ? option_value
            AND jsonb_typeof(OLD.answers -> question_id::text) IN ('array', 'string');
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER form_responses_recount AFTER INSERT ON form_responses
    FOR EACH ROW WHEN (NEW.may_be_recounted) EXECUTE FUNCTION recount_options();
-- Not for responses that go with their form.
CREATE TRIGGER form_responses_recount_deleted AFTER DELETE ON form_responses
    FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION recount_options();
