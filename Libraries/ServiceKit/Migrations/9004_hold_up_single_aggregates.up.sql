-- Note what each parked event waits for, and when it is next tried.
ALTER TABLE parked_events
    ADD COLUMN version integer NOT NULL DEFAULT 1,
    -- When it is next tried. NULL: it waits behind another event, for an operator or for a release.
    ADD COLUMN due_at timestamptz DEFAULT now(),
    -- Failures that were not the event's own, such as a lock that timed out.
    ADD COLUMN waits integer NOT NULL DEFAULT 0,
    -- Only another release can read it; attempts is then 1, so that releases before this step leave it alone.
    ADD COLUMN awaits_release boolean NOT NULL DEFAULT false;
ALTER TABLE consumer_cursors
    -- The event at a position, by which a producer notices that it was set back. Releases before this step move the
    -- position alone.
    ADD COLUMN event_id text,
    ADD COLUMN event_position bigint,
    -- What ran last: another release tries again what was given up.
    ADD COLUMN release text,
    -- Events that expired before they were read, until an operator acknowledges it.
    ADD COLUMN missed bigint NOT NULL DEFAULT 0;

-- The types that some release of this service takes in, so that older replicas keep them for newer ones. A release that
-- no longer takes in a type deletes its row in a migration.
CREATE TABLE consumer_subscriptions (
    producer text NOT NULL,
    type text NOT NULL,
    PRIMARY KEY (producer, type)
);
