-- Keys that were made lately count for their owner whether they ended or not.
CREATE INDEX api_keys_of_owner ON api_keys (user_id, created_at);
