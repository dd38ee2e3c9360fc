-- migrate: concurrently
-- Serves exports of a person's memberships, ended ones included.
CREATE INDEX CONCURRENTLY IF NOT EXISTS members_of_user ON members (user_id);
