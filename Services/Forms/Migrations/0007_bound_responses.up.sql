-- The total size of a form's responses: their answers plus 256 bytes per row. Updated and checked together with their count.
ALTER TABLE form_intake ADD COLUMN bytes bigint NOT NULL DEFAULT 0;
UPDATE form_intake AS intake SET bytes = kept.bytes
FROM (
    SELECT form_id, sum(256 + coalesce(answers_bytes, octet_length(answers::text))) AS bytes
    FROM form_responses GROUP BY form_id
) AS kept
WHERE kept.form_id = intake.form_id;
