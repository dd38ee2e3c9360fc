DROP TABLE moderations;
DROP INDEX societies_by_founder;
DROP INDEX societies_name_is_unique;
UPDATE societies SET name_folded = left(name_key, 200), search_folded = search_key;
-- Names that only the newer folding tells apart would break the older index.
UPDATE societies SET name_folded = name_folded || ' ' || id WHERE retired_at IS NULL AND EXISTS (
    SELECT FROM societies AS older
    WHERE older.tenant_id = societies.tenant_id AND older.name_key = societies.name_key AND older.retired_at IS NULL
        AND (older.created_at, older.id) < (societies.created_at, societies.id)
);
CREATE UNIQUE INDEX societies_name_is_unique ON societies (tenant_id, name_folded) WHERE retired_at IS NULL;
ALTER TABLE societies
    DROP CONSTRAINT societies_name_key_is_short,
    DROP COLUMN name_key,
    DROP COLUMN search_key,
    DROP COLUMN shares_name,
    ALTER COLUMN name_folded DROP DEFAULT,
    ALTER COLUMN search_folded DROP DEFAULT;
DROP FUNCTION fold_text(text);
