-- Who reads an event has to know whether it can, and who looks into one, on whose behalf it happened.
ALTER TABLE outbox
    ADD COLUMN version integer NOT NULL DEFAULT 1,
    ADD COLUMN actor text;  -- a user's id or a service's name; NULL for events from before
