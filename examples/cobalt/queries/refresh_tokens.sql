-- SPDX-License-Identifier: MIT
-- Refresh tokens, by their hashes alone. Each may be used once: for its successor.
--
-- Who takes tokens away locks the user first (user_lock); who spends one shares him. So a family that is
-- being revoked gets no successor meanwhile, which its revocation would not see; and as both begin with the
-- user, they never wait for each other.

-- No row: there is no such user, or it is disabled.
-- name: token_issue :optional
INSERT INTO refresh_tokens (user_id, token_hash, expires_at)
SELECT id, :token_hash, now() + :lifetime
FROM users
WHERE id = :user_id AND disabled_at IS NULL
FOR SHARE
RETURNING id;

-- Compare and swap: spend the one, and put its successor in its place. No row: it was none, was spent or
-- revoked, is too old, or its user is disabled; then nothing has been changed.
-- name: token_rotate :optional
WITH owner AS (
    SELECT u.id
    FROM refresh_tokens AS t
    JOIN users AS u ON u.id = t.user_id
    WHERE t.token_hash = :token_hash AND u.disabled_at IS NULL
    FOR SHARE OF u
), spent AS (
    UPDATE refresh_tokens AS t
    SET revoked_at = now()
    FROM owner
    WHERE t.user_id = owner.id AND t.token_hash = :token_hash
      AND t.revoked_at IS NULL AND t.expires_at > now()
    RETURNING t.user_id, t.family_id
)
INSERT INTO refresh_tokens (user_id, family_id, token_hash, expires_at)
SELECT user_id, family_id, :successor_hash, now() + :lifetime FROM spent
RETURNING id;

-- name: token_find :optional
SELECT * FROM refresh_tokens WHERE token_hash = :token_hash;

-- name: token_list :many
SELECT * FROM refresh_tokens WHERE user_id = :user_id ORDER BY created_at, id;

-- name: token_revoke_family :exec
UPDATE refresh_tokens SET revoked_at = now() WHERE family_id = :family_id AND revoked_at IS NULL;

-- name: token_revoke_all :exec
UPDATE refresh_tokens SET revoked_at = now() WHERE user_id = :user_id AND revoked_at IS NULL;

-- Those that are of no use any more, not even to tell who uses one twice.
-- name: token_purge :exec
DELETE FROM refresh_tokens WHERE expires_at < now() - CAST(:keep AS interval);
