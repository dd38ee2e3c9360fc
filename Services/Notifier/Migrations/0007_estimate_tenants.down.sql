ALTER POLICY notifications_tenant ON notifications USING (current_setting('app.tenant', true) IN (tenant_id::text, '*'));
