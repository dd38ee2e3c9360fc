ALTER TABLE channels DROP COLUMN used_at;
