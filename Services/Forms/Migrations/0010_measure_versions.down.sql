ALTER TABLE form_versions DROP COLUMN document_bytes;
