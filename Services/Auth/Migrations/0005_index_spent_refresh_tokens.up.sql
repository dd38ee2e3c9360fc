-- A session that is used for years leaves a spent token every quarter of an hour; they are removed by when they were spent.
CREATE INDEX refresh_tokens_by_spending ON refresh_tokens (spent_at) WHERE spent_at IS NOT NULL;
