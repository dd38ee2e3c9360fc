-- The planner estimates that CASE matches half of all rows. For IN it estimated one in a hundred, and so sorted rows
-- instead of reading an index in its order.
ALTER POLICY societies_tenant ON societies USING (
    CASE current_setting('app.tenant', true) WHEN '*' THEN true ELSE tenant_id::text = current_setting('app.tenant', true) END
);
ALTER POLICY members_tenant ON members USING (
    CASE current_setting('app.tenant', true) WHEN '*' THEN true ELSE tenant_id::text = current_setting('app.tenant', true) END
);
ALTER POLICY registrations_tenant ON registrations USING (
    CASE current_setting('app.tenant', true) WHEN '*' THEN true ELSE tenant_id::text = current_setting('app.tenant', true) END
);
