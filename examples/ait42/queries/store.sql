-- SPDX-License-Identifier: MIT
-- The database as a whole.

-- name: store_counts :one
SELECT (SELECT count(*) FROM workspaces) AS workspaces,
       (SELECT count(*) FROM sessions) AS sessions,
       (SELECT count(*) FROM instances) AS instances,
       (SELECT count(*) FROM chat_messages) AS messages;

-- name: metadata_get :one
SELECT * FROM migration_metadata WHERE id = 1;
