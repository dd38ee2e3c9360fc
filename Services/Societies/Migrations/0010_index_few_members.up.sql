-- migrate: concurrently
-- Officers, who are told of each registration, and members who came without one, whom a capacity leaves out.
CREATE INDEX CONCURRENTLY IF NOT EXISTS members_officers ON members (society_id, joined_at, user_id)
    WHERE left_at IS NULL AND role <> 'member';
CREATE INDEX CONCURRENTLY IF NOT EXISTS members_unregistered ON members (society_id)
    WHERE left_at IS NULL AND registration_id IS NULL;
