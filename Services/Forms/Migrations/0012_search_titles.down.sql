DROP FUNCTION search_forms(uuid, text, bigint);
DROP POLICY forms_search ON forms;
DROP FUNCTION search_grams(uuid, text);
