-- What names are compared and searched by: NFKC, full case folding, default-ignorable characters and surplus spaces left
-- out. A dotless i counts as an i, and a final sigma as any other.
CREATE FUNCTION fold_text(source text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN btrim(
    regexp_replace(
        normalize(
            replace(
                lower(upper(lower(
                    normalize(
                        regexp_replace(
                            source,
                            '[\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F'
                            '\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFF8\U0001BCA0-\U0001BCA3\U0001D173-\U0001D17A'
                            '\U000E0000-\U000E0FFF]+',
                            '',
                            'g'
                        ),
                        NFKC
                    ) COLLATE "und-x-icu"
                ))),
                'ς',
                'σ'
            ),
            NFKC
        ),
        '[\t-\r \u0085\u1680\u2028\u2029]+',
        ' ',
        'g'
    )
) COLLATE "C";

ALTER TABLE id_patterns
    ADD COLUMN name_key text COLLATE "C" GENERATED ALWAYS AS (fold_text(name)) STORED,
    ADD COLUMN shares_name boolean NOT NULL DEFAULT false,  -- got its name before names were compared like this
    ADD COLUMN compiled_bytes bigint NOT NULL DEFAULT 65536;  -- what it may keep in memory once it is compiled

UPDATE id_patterns SET shares_name = true
WHERE length(name_key) NOT BETWEEN 1 AND 200 OR EXISTS (
    SELECT FROM id_patterns AS older
    WHERE older.tenant_id = id_patterns.tenant_id AND older.name_key = id_patterns.name_key
        AND (older.created_at, older.id) < (id_patterns.created_at, id_patterns.id)
);
-- Keeps keys within what an index can take.
ALTER TABLE id_patterns ADD CONSTRAINT id_patterns_name_key_is_short
    CHECK (shares_name OR length(name_key) BETWEEN 1 AND 200);
DROP INDEX id_patterns_name_is_unique;
CREATE UNIQUE INDEX id_patterns_name_is_unique ON id_patterns (tenant_id, name_key) WHERE NOT shares_name;
