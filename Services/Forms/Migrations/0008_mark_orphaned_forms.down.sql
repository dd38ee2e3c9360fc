ALTER TABLE forms DROP COLUMN is_orphaned;
