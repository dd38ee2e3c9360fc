-- Searches titles by an index. Row-level security keeps conditions that are not leakproof, such as ILIKE, from using
-- one. So searches read a view with the rights of the owner, whom a policy lets read all rows. The view's condition keeps
-- universities apart instead, as the policies of the table do; the owner's policy is for reading only.

-- What a GIN index finds a text by: every three successive characters of it, in any script.
CREATE FUNCTION trigrams(source text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN ARRAY(SELECT substr(source, start, 3) FROM generate_series(1, length(source) - 2) AS start);

CREATE POLICY forms_owner ON forms FOR SELECT TO CURRENT_USER USING (true);

CREATE VIEW searchable_forms AS
SELECT id, tenant_id, title, description, entity_type, entity_id, status, is_public, settings, version, created_by,
    created_at, updated_at, published_at
FROM forms WHERE is_tenant(tenant_id) OR is_public AND status = 'published';
