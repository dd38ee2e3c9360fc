-- Universities with their departments and programs. The university is the tenant; anybody may read, and only those whom the
-- service lets in may write, which the policies check once more against the scope of the statement.
CREATE TABLE universities (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    code text NOT NULL,
    city text,
    country text,
    website text,
    logo text,
    time_zone text NOT NULL,
    revision bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX universities_code_is_unique ON universities (lower(code));
CREATE INDEX universities_by_name ON universities (name COLLATE "C", id);
CREATE INDEX universities_by_created_at ON universities (created_at, id);

CREATE TABLE mail_domains (
    domain text CONSTRAINT mail_domains_domain_is_unique PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES universities (id) ON DELETE CASCADE
);
CREATE INDEX mail_domains_tenant ON mail_domains (tenant_id);

CREATE TABLE departments (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL CONSTRAINT departments_belong_to_a_university REFERENCES universities (id),
    name text NOT NULL,
    code text NOT NULL,
    revision bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (id, tenant_id)
);
CREATE UNIQUE INDEX departments_code_is_unique ON departments (tenant_id, lower(code));
CREATE INDEX departments_by_name ON departments (name COLLATE "C", id);

CREATE TABLE programs (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    department_id uuid NOT NULL,
    name text NOT NULL,
    degree text NOT NULL CONSTRAINT programs_degree_is_known CHECK (degree IN ('Bachelor', 'Master', 'PhD')),
    duration integer NOT NULL CONSTRAINT programs_duration_is_in_years CHECK (duration BETWEEN 1 AND 20),
    revision bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    -- Both columns: a program's tenant is its department's.
    CONSTRAINT programs_belong_to_a_department FOREIGN KEY (department_id, tenant_id) REFERENCES departments (id, tenant_id)
);
CREATE UNIQUE INDEX programs_name_is_unique ON programs (department_id, degree, lower(name));
CREATE INDEX programs_by_name ON programs (name COLLATE "C", id);
CREATE INDEX programs_tenant ON programs (tenant_id);

ALTER TABLE universities ENABLE ROW LEVEL SECURITY;
ALTER TABLE universities FORCE ROW LEVEL SECURITY;
CREATE POLICY universities_read ON universities FOR SELECT USING (true);
CREATE POLICY universities_write ON universities USING (current_setting('app.tenant', true) IN (id::text, '*'));

ALTER TABLE mail_domains ENABLE ROW LEVEL SECURITY;
ALTER TABLE mail_domains FORCE ROW LEVEL SECURITY;
CREATE POLICY mail_domains_read ON mail_domains FOR SELECT USING (true);
CREATE POLICY mail_domains_write ON mail_domains USING (current_setting('app.tenant', true) IN (tenant_id::text, '*'));

ALTER TABLE departments ENABLE ROW LEVEL SECURITY;
ALTER TABLE departments FORCE ROW LEVEL SECURITY;
CREATE POLICY departments_read ON departments FOR SELECT USING (true);
CREATE POLICY departments_write ON departments USING (current_setting('app.tenant', true) IN (tenant_id::text, '*'));

ALTER TABLE programs ENABLE ROW LEVEL SECURITY;
ALTER TABLE programs FORCE ROW LEVEL SECURITY;
CREATE POLICY programs_read ON programs FOR SELECT USING (true);
CREATE POLICY programs_write ON programs USING (current_setting('app.tenant', true) IN (tenant_id::text, '*'));
