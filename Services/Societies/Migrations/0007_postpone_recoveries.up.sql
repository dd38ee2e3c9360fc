-- Retry each registration whose answers forms could not take back on its own schedule, so that none delays another.
ALTER TABLE registrations
    ADD COLUMN recover_at timestamptz NOT NULL DEFAULT now(),  -- when to ask forms next, while response_must_go
    ADD COLUMN recovery_failures integer NOT NULL DEFAULT 0;
