-- Forms of a society that was deleted, kept for their answers: their author can't delete them, and so they don't count as
-- the author's.
ALTER TABLE forms ADD COLUMN is_orphaned boolean NOT NULL DEFAULT false;
