-- An event that fails holds up those of its aggregate and no others, and is tried again by itself for a while.
ALTER TABLE parked_events
    ADD COLUMN type text NOT NULL DEFAULT '',
    ADD COLUMN aggregate text NOT NULL DEFAULT '',  -- order is kept within one
    ADD COLUMN position bigint NOT NULL DEFAULT 0,
    ADD COLUMN attempts integer NOT NULL DEFAULT 0,  -- 0: not tried since it was set aside, or since it was redriven
    ADD COLUMN retry_at timestamptz;  -- NULL with attempts: nobody tries it again but an operator
CREATE INDEX parked_events_by_aggregate ON parked_events (producer, aggregate, position);
