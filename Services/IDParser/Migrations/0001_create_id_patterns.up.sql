-- The academic service's universities as far as patterns need them; its events keep them up to date. A university that was
-- deleted stays as a mark, so that a write on its way cannot bring it back.
CREATE TABLE universities (
    id uuid PRIMARY KEY,
    code text NOT NULL,
    revision bigint NOT NULL,  -- the academic service's: an older message never replaces a newer one
    deleted_at timestamptz
);
CREATE INDEX universities_by_code ON universities (lower(code));

ALTER TABLE universities ENABLE ROW LEVEL SECURITY;
ALTER TABLE universities FORCE ROW LEVEL SECURITY;
CREATE POLICY universities_read ON universities FOR SELECT USING (true);
CREATE POLICY universities_write ON universities USING (current_setting('app.tenant', true) IN (id::text, '*'));

-- What student numbers look like, one row a pattern.
CREATE TABLE id_patterns (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL CONSTRAINT id_patterns_belong_to_a_university REFERENCES universities (id),
    name text NOT NULL,
    pattern text NOT NULL,
    checksum text NOT NULL
        CONSTRAINT id_patterns_checksum_is_known CHECK (checksum IN ('none', 'luhn', 'mod11', 'mod97', 'weighted')),
    checksum_parameters jsonb
        CONSTRAINT id_patterns_parameters_fit CHECK ((checksum = 'weighted') = (checksum_parameters IS NOT NULL)),
    fields jsonb NOT NULL,
    examples jsonb NOT NULL,
    priority bigint NOT NULL CONSTRAINT id_patterns_priority_is_in_range CHECK (priority BETWEEN 0 AND 1000),
    is_active boolean NOT NULL,
    revision bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX id_patterns_name_is_unique ON id_patterns (tenant_id, lower(name));
CREATE INDEX id_patterns_by_priority ON id_patterns (priority, id);

ALTER TABLE id_patterns ENABLE ROW LEVEL SECURITY;
ALTER TABLE id_patterns FORCE ROW LEVEL SECURITY;
CREATE POLICY id_patterns_tenant ON id_patterns USING (current_setting('app.tenant', true) IN (tenant_id::text, '*'));

-- One number for everything that parsing uses. Replicas keep compiled patterns for as long as it stays the same, so none
-- answers from patterns that are out of date. Its row's lock puts the writers' commits in the number's order.
CREATE TABLE pattern_catalog (
    is_only boolean PRIMARY KEY DEFAULT true CONSTRAINT pattern_catalog_has_one_row CHECK (is_only),
    revision bigint NOT NULL
);
INSERT INTO pattern_catalog (revision) VALUES (1);

CREATE FUNCTION advance_pattern_catalog() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE pattern_catalog SET revision = revision + 1;
    RETURN NULL;
END
$$;
CREATE TRIGGER id_patterns_advance_catalog AFTER INSERT OR UPDATE OR DELETE ON id_patterns
    FOR EACH STATEMENT EXECUTE FUNCTION advance_pattern_catalog();
CREATE TRIGGER universities_advance_catalog AFTER UPDATE OR DELETE ON universities
    FOR EACH STATEMENT EXECUTE FUNCTION advance_pattern_catalog();
