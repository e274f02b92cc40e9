-- SPDX-License-Identifier: MIT
-- Who can read what was sent to an address has it. The locks are in the order of refresh_tokens.sql.

-- No row: there is no such user, it is disabled, or has another address by now.
-- name: verification_issue :optional
INSERT INTO email_verifications (user_id, token_hash, expires_at)
SELECT id, :token_hash, now() + :lifetime
FROM users
WHERE id = :user_id AND email = :email AND disabled_at IS NULL
FOR SHARE
RETURNING id;

-- Once, in time, and for the address it was sent to: a new one withdraws those for the old one.
-- name: verification_confirm :optional
WITH owner AS (
    SELECT u.id
    FROM email_verifications AS v
    JOIN users AS u ON u.id = v.user_id
    WHERE v.token_hash = :token_hash AND u.disabled_at IS NULL
    FOR UPDATE OF u
), confirmed AS (
    UPDATE email_verifications AS v
    SET verified_at = now()
    FROM owner
    WHERE v.user_id = owner.id AND v.token_hash = :token_hash
      AND v.verified_at IS NULL AND v.expires_at > now()
    RETURNING v.user_id
)
UPDATE users
SET email_verified = TRUE,
    updated_at = greatest(clock_timestamp(), updated_at + interval '1 microsecond')
WHERE id = (SELECT user_id FROM confirmed)
RETURNING *;

-- name: verification_withdraw :exec
DELETE FROM email_verifications WHERE user_id = :user_id AND verified_at IS NULL;
