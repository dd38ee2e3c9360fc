DROP FUNCTION search_users(uuid, text, bigint);
DROP POLICY users_owner ON users;
DROP FUNCTION search_grams(uuid, text);
DROP TRIGGER users_key_search ON users;
DROP FUNCTION key_user_search();
ALTER TABLE users DROP COLUMN search_key;
DROP FUNCTION user_search_key(text, text);
DROP FUNCTION fold_text(text);
