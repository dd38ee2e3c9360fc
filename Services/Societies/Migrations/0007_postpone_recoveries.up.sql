-- Retry each registration whose answers forms could not take back on its own schedule, so that none delays another.
ALTER TABLE registrations
    ADD COLUMN recover_at timestamptz NOT NULL DEFAULT now(),  -- when to ask forms next, while response_must_go
    ADD COLUMN recovery_failures integer NOT NULL DEFAULT 0;
CREATE INDEX registrations_to_recover ON registrations (recover_at) WHERE response_must_go;
