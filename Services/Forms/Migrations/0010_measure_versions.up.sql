-- Bounds the size of a form's versions without reading them; NULL for versions from before, which are measured.
ALTER TABLE form_versions ADD COLUMN document_bytes integer;
