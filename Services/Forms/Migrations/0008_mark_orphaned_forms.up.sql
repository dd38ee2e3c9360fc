-- Forms of a deleted society, kept for their responses. They don't count toward their author's quota, since the author can't
-- delete them.
ALTER TABLE forms ADD COLUMN is_orphaned boolean NOT NULL DEFAULT false;
