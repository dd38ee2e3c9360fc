ALTER TABLE form_intake DROP COLUMN bytes;
