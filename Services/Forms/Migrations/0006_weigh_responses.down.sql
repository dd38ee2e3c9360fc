ALTER TABLE form_responses DROP COLUMN answers_bytes;
