DROP VIEW searchable_forms;
DROP POLICY forms_owner ON forms;
DROP FUNCTION trigrams(text);
