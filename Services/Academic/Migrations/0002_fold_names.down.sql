DROP INDEX programs_name_is_unique;
ALTER TABLE programs
    DROP CONSTRAINT programs_name_key_is_short,
    DROP COLUMN name_key,
    DROP COLUMN shares_name;
CREATE UNIQUE INDEX programs_name_is_unique ON programs (department_id, degree, lower(name));
ALTER TABLE departments DROP COLUMN search_key;
ALTER TABLE universities DROP COLUMN search_key, DROP COLUMN closing_at;
DROP FUNCTION fold_text(text);
