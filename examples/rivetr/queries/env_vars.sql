-- SPDX-License-Identifier: MIT

-- name: env_set :exec
INSERT INTO env_vars (id, app_id, key, value, is_secret)
VALUES (:id, :app_id, :key, :value, :is_secret)
ON CONFLICT (app_id, key) DO UPDATE
SET value = excluded.value, is_secret = excluded.is_secret, updated_at = CURRENT_TIMESTAMP;

-- name: env_list :many
SELECT key, value FROM env_vars WHERE app_id = :app_id ORDER BY key;

-- name: env_unset :exec
DELETE FROM env_vars WHERE app_id = :app_id AND key = :key;

-- name: env_purge_app :exec
DELETE FROM env_vars WHERE app_id = :app_id;
