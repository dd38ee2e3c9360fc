DROP INDEX api_keys_expiring;
ALTER TABLE api_keys DROP COLUMN expired_in;
