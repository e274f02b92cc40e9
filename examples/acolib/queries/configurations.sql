-- SPDX-License-Identifier: MIT
-- Settings by key. Every list shows stars where the value of a secret would be; only config_get,
-- which asks for one key, gives a secret out.

-- A key keeps its type, and a secret stays one: setting a key with another type changes no row.
-- name: config_set :exec
INSERT INTO configurations (key, value, value_type, description, is_secret)
VALUES (:key, :value, :value_type, :description, :is_secret)
ON CONFLICT (key) DO UPDATE
SET value = excluded.value,
    description = coalesce(excluded.description, description),
    is_secret = max(is_secret, excluded.is_secret)
WHERE value_type = excluded.value_type;

-- name: config_load :exec
INSERT INTO configurations (key, value, value_type, description, is_secret, created_at, updated_at)
VALUES (:key, :value, :value_type, :description, :is_secret, :created_at, :updated_at);

-- name: config_get :optional
SELECT value, value_type, is_secret FROM configurations WHERE key = :key;

-- name: config_delete :exec
DELETE FROM configurations WHERE key = :key;

-- name: config_list :many
-- returns config_entry
-- column value text not null
SELECT key, CASE is_secret WHEN 1 THEN '********' ELSE value END AS value,
       value_type, description, is_secret, updated_at
FROM configurations
ORDER BY key;

-- name: config_list_by_type :many
-- returns config_entry
-- column value text not null
SELECT key, CASE is_secret WHEN 1 THEN '********' ELSE value END AS value,
       value_type, description, is_secret, updated_at
FROM configurations
WHERE value_type = :value_type
ORDER BY key;

-- The secrets, or all others.
-- name: config_list_by_secrecy :many
-- returns config_entry
-- column value text not null
SELECT key, CASE is_secret WHEN 1 THEN '********' ELSE value END AS value,
       value_type, description, is_secret, updated_at
FROM configurations
WHERE is_secret = :is_secret
ORDER BY key;

-- What has changed since a moment, the latest change first.
-- name: config_list_changed :many
-- returns config_entry
-- column value text not null
SELECT key, CASE is_secret WHEN 1 THEN '********' ELSE value END AS value,
       value_type, description, is_secret, updated_at
FROM configurations
WHERE updated_at >= :since
ORDER BY updated_at DESC, rowid DESC;
