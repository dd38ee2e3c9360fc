-- When the owner's account was erased: nothing is published on the channel from then on. The row stays as the mark of it,
-- since a notice to the person may still be on its way.
ALTER TABLE channels ADD COLUMN erased_at timestamptz;
