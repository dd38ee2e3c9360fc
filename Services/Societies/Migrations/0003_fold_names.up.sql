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

-- The columns that the version before writes stay until it is gone.
ALTER TABLE societies
    ADD COLUMN name_key text COLLATE "C" GENERATED ALWAYS AS (fold_text(name)) STORED,
    ADD COLUMN search_key text COLLATE "C"
        GENERATED ALWAYS AS (fold_text(name || ' ' || coalesce(description, ''))) STORED,
    ADD COLUMN shares_name boolean NOT NULL DEFAULT false,  -- got its name before names were compared like this
    ALTER COLUMN name_folded SET DEFAULT '',
    ALTER COLUMN search_folded SET DEFAULT '';
UPDATE societies SET shares_name = true
WHERE length(name_key) NOT BETWEEN 1 AND 200 OR retired_at IS NULL AND EXISTS (
    SELECT FROM societies AS older
    WHERE older.tenant_id = societies.tenant_id AND older.name_key = societies.name_key AND older.retired_at IS NULL
        AND (older.created_at, older.id) < (societies.created_at, societies.id)
);
-- Keeps keys within what an index and a cursor can take.
ALTER TABLE societies ADD CONSTRAINT societies_name_key_is_short
    CHECK (shares_name OR length(name_key) BETWEEN 1 AND 200);
DROP INDEX societies_name_is_unique;
CREATE UNIQUE INDEX societies_name_is_unique ON societies (tenant_id, name_key)
    WHERE retired_at IS NULL AND NOT shares_name;
CREATE INDEX societies_by_founder ON societies (created_by) WHERE status = 'pending' AND deleted_at IS NULL;

-- What moderators did in societies that they need not belong to.
CREATE TABLE moderations (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id uuid NOT NULL,
    society_id uuid NOT NULL,
    moderator_id uuid NOT NULL,
    action text NOT NULL CONSTRAINT moderations_action_is_known
        CHECK (action IN ('approve', 'suspend', 'archive', 'transfer-presidency')),
    subject_id uuid,  -- the new president
    happened_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT moderations_society FOREIGN KEY (society_id, tenant_id) REFERENCES societies (id, tenant_id)
);
CREATE INDEX moderations_by_society ON moderations (society_id, id);

ALTER TABLE moderations ENABLE ROW LEVEL SECURITY;
ALTER TABLE moderations FORCE ROW LEVEL SECURITY;
CREATE POLICY moderations_tenant ON moderations USING (current_setting('app.tenant', true) IN (tenant_id::text, '*'));
