-- Folds names and addresses for searches, as names of universities are folded: NFKC, full case folding, without
-- default-ignorable characters and surplus spaces. A dotless i counts as an i, and a final sigma as any other.
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

-- On two lines, so that no search finds the end of a name together with the beginning of an address.
CREATE FUNCTION user_search_key(name text, email text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN fold_text(name) || E'\n' || fold_text(email);

-- Filled by the next migration and kept by a trigger: to add a generated column, the table would be rewritten under a lock.
ALTER TABLE users ADD COLUMN search_key text COLLATE "C";
CREATE FUNCTION key_user_search() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    NEW.search_key := user_search_key(NEW.name, NEW.email);
    RETURN NEW;
END
$$;
CREATE TRIGGER users_key_search BEFORE INSERT OR UPDATE OF name, email ON users
FOR EACH ROW EXECUTE FUNCTION key_user_search();

-- A text's characters and pairs of neighbouring characters, and the tenant unless it is NULL. A key that contains another
-- has all of its grams, so an index of them finds the few keys to compare. It costs far more than a comparison, which the
-- planner has to know.
CREATE FUNCTION search_grams(tenant uuid, key text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000
RETURN array_remove(ARRAY[tenant::text], NULL) || string_to_array(key, NULL) || ARRAY(
    SELECT a || b FROM unnest(string_to_array(key, NULL), (string_to_array(key, NULL))[2:]) AS pair (a, b)
    WHERE b IS NOT NULL
);

-- Finds accounts by a part of their name or address.
--
-- A condition that is not leakproof, as no comparison of parts is, waits for the policy, and then no index serves it: a
-- search by the service's role reads every account. So this runs as the owner, whom a policy lets read all, and makes the
-- check of users_tenant itself, once. Ids of another tenant never leave it.
--
-- tenant: whose accounts; NULL for all tenants', which takes the platform's scope.
-- words: as they were typed.
-- maximum: how many ids to return at most, in no order.
CREATE POLICY users_owner ON users FOR SELECT TO CURRENT_USER USING (true);
CREATE FUNCTION search_users(tenant uuid, words text, maximum bigint) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    key text := fold_text(words);
BEGIN
    IF current_setting('app.tenant', true) IN (tenant::text, '*') THEN
        RETURN QUERY SELECT users.id FROM users
        WHERE search_grams(users.tenant_id, users.search_key) @> search_grams(tenant, key)
            AND (tenant IS NULL OR users.tenant_id = tenant)
            AND strpos(users.search_key, key) > 0 AND users.deleted_at IS NULL
        LIMIT maximum;
    END IF;
END
$$;
