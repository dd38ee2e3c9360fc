ALTER POLICY societies_tenant ON societies USING (current_setting('app.tenant', true) IN (tenant_id::text, '*'));
ALTER POLICY members_tenant ON members USING (current_setting('app.tenant', true) IN (tenant_id::text, '*'));
ALTER POLICY registrations_tenant ON registrations USING (current_setting('app.tenant', true) IN (tenant_id::text, '*'));
