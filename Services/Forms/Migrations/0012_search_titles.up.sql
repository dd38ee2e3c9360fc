-- A text's characters and pairs of neighbouring characters, and the tenant unless it is NULL. A key that contains
-- another has all of its grams, so an index of them finds the few keys to compare. It costs far more than a comparison,
-- which the planner has to know.
CREATE FUNCTION search_grams(tenant uuid, key text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000
RETURN array_remove(ARRAY[tenant::text], NULL) || string_to_array(key, NULL) || ARRAY(
    SELECT a || b FROM unnest(string_to_array(key, NULL), (string_to_array(key, NULL))[2:]) AS pair (a, b)
    WHERE b IS NOT NULL
);

-- Finds forms by a part of their title.
--
-- A condition that is not leakproof, as no comparison of parts is, waits for the policy, and then no index serves it.
-- So this runs as the owner, whom a policy lets read all, and makes the check of is_tenant itself, once. Ids of another
-- tenant never leave it.
--
-- tenant: whose forms; NULL for all tenants', which takes the platform's scope.
-- words: as they were typed.
-- maximum: how many ids to return at most, in no order.
CREATE POLICY forms_search ON forms FOR SELECT TO CURRENT_USER USING (true);
CREATE FUNCTION search_forms(tenant uuid, words text, maximum bigint) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    key text := lower(words);
BEGIN
    IF current_setting('app.tenant', true) IN (tenant::text, '*') THEN
        RETURN QUERY SELECT forms.id FROM forms
        WHERE search_grams(forms.tenant_id, lower(forms.title)) @> search_grams(tenant, key)
            AND (tenant IS NULL OR forms.tenant_id = tenant)
            AND strpos(lower(forms.title), key) > 0
        LIMIT maximum;
    END IF;
END
$$;
