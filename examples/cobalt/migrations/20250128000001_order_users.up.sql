-- no-transaction
-- What lists of users are sorted by, pages included. Sign-ups go on meanwhile.
CREATE INDEX CONCURRENTLY idx_users_created_at ON users (created_at, id);
