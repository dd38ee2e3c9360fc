DROP TRIGGER users_end_credentials ON users;
DROP FUNCTION end_credentials();
DROP INDEX api_keys_by_expiry;
ALTER TABLE sessions DROP COLUMN refreshes;
DROP TABLE known_networks;
