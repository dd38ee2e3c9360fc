-- People's inboxes.
CREATE TABLE notifications (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    position bigint NOT NULL,  -- the offset on the person's channel: the order in which the inbox grew
    source_event_id uuid NOT NULL,
    type text NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    data jsonb NOT NULL,
    read_at timestamptz,
    created_at timestamptz NOT NULL,
    CONSTRAINT notifications_tell_once UNIQUE (user_id, source_event_id),
    CONSTRAINT notifications_in_order UNIQUE (user_id, position)
);
CREATE INDEX notifications_unread ON notifications (user_id, position) WHERE read_at IS NULL;

ALTER TABLE notifications ENABLE ROW LEVEL SECURITY;
ALTER TABLE notifications FORCE ROW LEVEL SECURITY;
CREATE POLICY notifications_tenant ON notifications USING (current_setting('app.tenant', true) IN (tenant_id::text, '*'));
