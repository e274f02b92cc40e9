-- SPDX-License-Identifier: MIT
-- A session is active from its opening until it is closed, or until its heartbeats stop.

-- name: session_open :exec
INSERT INTO sessions (id, client_id, user_id, connection_type, is_active, metadata)
VALUES (:id, :client_id, :user_id, :connection_type, 1, :metadata);

-- name: session_load :exec
INSERT INTO sessions (id, client_id, user_id, connection_type, is_active, metadata, created_at,
                      updated_at, last_heartbeat)
VALUES (:id, :client_id, :user_id, :connection_type, :is_active, :metadata, :created_at,
        :updated_at, :last_heartbeat);

-- A session that has expired stays so: its client opens another.
-- name: session_heartbeat :exec
UPDATE sessions
SET last_heartbeat = strftime('%Y-%m-%d %H:%M:%f', 'now')
WHERE id = :id AND is_active = 1;

-- name: session_close :exec
UPDATE sessions SET is_active = 0 WHERE id = :id AND is_active = 1;

-- Close every session that has been silent for `silence_s` seconds or longer.
-- name: session_expire :exec
-- param silence_s int
UPDATE sessions
SET is_active = 0
WHERE is_active = 1
  AND last_heartbeat <= strftime('%Y-%m-%d %H:%M:%f', 'now', '-' || :silence_s || ' seconds');

-- Remove what has not been heard of for so long, closed or not.
-- name: session_purge :exec
-- param silence_s int
DELETE FROM sessions
WHERE last_heartbeat <= strftime('%Y-%m-%d %H:%M:%f', 'now', '-' || :silence_s || ' seconds');

-- name: session_find :optional
SELECT * FROM sessions WHERE id = :id;

-- name: session_list :many
SELECT * FROM sessions ORDER BY created_at DESC, rowid DESC LIMIT :limit;

-- The next to expire is first.
-- name: session_list_active :many
SELECT * FROM sessions WHERE is_active = 1 ORDER BY last_heartbeat, rowid LIMIT :limit;

-- name: session_list_by_client :many
SELECT * FROM sessions
WHERE client_id = :client_id
ORDER BY created_at DESC, rowid DESC
LIMIT :limit;

-- name: session_list_by_user :many
SELECT * FROM sessions
WHERE user_id = :user_id
ORDER BY created_at DESC, rowid DESC
LIMIT :limit;

-- name: session_count_by_state :many
-- column total int not null
SELECT is_active, count(*) AS total FROM sessions GROUP BY is_active ORDER BY is_active DESC;
