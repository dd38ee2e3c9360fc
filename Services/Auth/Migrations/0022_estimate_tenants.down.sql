ALTER POLICY users_tenant ON users USING (current_setting('app.tenant', true) IN (tenant_id::text, '*'));
