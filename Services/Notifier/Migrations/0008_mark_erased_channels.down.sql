ALTER TABLE channels DROP COLUMN erased_at;
