-- migrate: batched
-- Closes the records whose responses were deleted before there was a trigger, as if they were withdrawn now.
UPDATE form_submissions SET response_id = NULL, withdrawn_at = now()
WHERE submission_key IN (
    SELECT submission_key FROM form_submissions AS kept
    WHERE response_id IS NOT NULL AND NOT EXISTS (SELECT FROM form_responses WHERE id = kept.response_id)
    LIMIT 1000
);
