-- Count recently created keys against their owner's quota, revoked and expired ones included.
CREATE INDEX api_keys_of_owner ON api_keys (user_id, created_at);
