DROP INDEX societies_present;
ALTER TABLE societies DROP COLUMN founding_network;
