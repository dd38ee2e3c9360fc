ALTER TABLE registrations
    DROP COLUMN recover_at,
    DROP COLUMN recovery_failures;
