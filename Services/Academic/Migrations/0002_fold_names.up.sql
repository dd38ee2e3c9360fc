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

ALTER TABLE universities
    ADD COLUMN search_key text COLLATE "C" GENERATED ALWAYS AS (fold_text(name || ' ' || code)) STORED,
    ADD COLUMN closing_at timestamptz;  -- when somebody began to delete it; what would hang on it is refused for a minute
ALTER TABLE departments
    ADD COLUMN search_key text COLLATE "C" GENERATED ALWAYS AS (fold_text(name || ' ' || code)) STORED;
ALTER TABLE programs
    ADD COLUMN name_key text COLLATE "C" GENERATED ALWAYS AS (fold_text(name)) STORED,
    ADD COLUMN shares_name boolean NOT NULL DEFAULT false;  -- got its name before names were compared like this

UPDATE programs SET shares_name = true
WHERE length(name_key) NOT BETWEEN 1 AND 200 OR EXISTS (
    SELECT FROM programs AS older
    WHERE older.department_id = programs.department_id AND older.degree = programs.degree
        AND older.name_key = programs.name_key AND (older.created_at, older.id) < (programs.created_at, programs.id)
);
-- Keeps keys within what an index can take.
ALTER TABLE programs ADD CONSTRAINT programs_name_key_is_short
    CHECK (shares_name OR length(name_key) BETWEEN 1 AND 200);
DROP INDEX programs_name_is_unique;
CREATE UNIQUE INDEX programs_name_is_unique ON programs (department_id, degree, name_key) WHERE NOT shares_name;
