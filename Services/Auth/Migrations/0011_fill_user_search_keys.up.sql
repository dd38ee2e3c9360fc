-- migrate: batched
UPDATE users SET search_key = user_search_key(name, email)
WHERE id IN (SELECT id FROM users WHERE search_key IS NULL LIMIT 1000);
