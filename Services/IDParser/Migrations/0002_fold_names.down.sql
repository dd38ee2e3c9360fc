DROP INDEX id_patterns_name_is_unique;
ALTER TABLE id_patterns
    DROP CONSTRAINT id_patterns_name_key_is_short,
    DROP COLUMN name_key,
    DROP COLUMN shares_name,
    DROP COLUMN compiled_bytes;
CREATE UNIQUE INDEX id_patterns_name_is_unique ON id_patterns (tenant_id, lower(name));
DROP FUNCTION fold_text(text);
