-- Lists bound what they read by it, without reading the answers; NULL for responses from before, which are measured.
ALTER TABLE form_responses ADD COLUMN answers_bytes integer;
