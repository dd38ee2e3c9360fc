-- A live channel's stream. The row is locked by every publication, so that offsets have no gaps and follow the order of
-- commits. It stays when its publications go, or a client that comes back late would take a new stream for the old one.
CREATE TABLE channels (
    name text PRIMARY KEY,
    tenant_id uuid,  -- of a personal channel's owner; NULL for accounts that belong to no university
    epoch text NOT NULL DEFAULT gen_random_uuid()::text,
    top bigint NOT NULL DEFAULT 0 CONSTRAINT channels_top_is_not_negative CHECK (top >= 0)
);

ALTER TABLE channels ENABLE ROW LEVEL SECURITY;
ALTER TABLE channels FORCE ROW LEVEL SECURITY;
CREATE POLICY channels_tenant ON channels USING (current_setting('app.tenant', true) IN (tenant_id::text, '*'));

-- What was published lately, for clients that were away.
CREATE TABLE publications (
    channel text NOT NULL CONSTRAINT publications_channel REFERENCES channels (name),
    stream_offset bigint NOT NULL,
    tenant_id uuid,
    data jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (channel, stream_offset)
);
CREATE INDEX publications_by_age ON publications (created_at);

ALTER TABLE publications ENABLE ROW LEVEL SECURITY;
ALTER TABLE publications FORCE ROW LEVEL SECURITY;
CREATE POLICY publications_tenant ON publications USING (current_setting('app.tenant', true) IN (tenant_id::text, '*'));
