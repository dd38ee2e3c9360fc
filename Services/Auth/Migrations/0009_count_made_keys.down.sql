DROP INDEX api_keys_of_owner;
