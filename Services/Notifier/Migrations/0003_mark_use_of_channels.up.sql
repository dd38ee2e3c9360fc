-- When a channel was last used, to a day: one that nobody uses is removed in the end.
ALTER TABLE channels ADD COLUMN used_at timestamptz NOT NULL DEFAULT now();
