-- SPDX-License-Identifier: MIT
-- A workspace is known by the SHA-256 of its canonical path.

-- Found or made, and touched.
-- name: workspace_touch :one
INSERT INTO workspaces (workspace_path, workspace_hash)
VALUES (:workspace_path, :workspace_hash)
ON CONFLICT (workspace_hash) DO UPDATE SET last_accessed_at = excluded.last_accessed_at
RETURNING *;

-- name: workspace_find :optional
SELECT * FROM workspaces WHERE workspace_hash = :workspace_hash;

-- The one used last comes first.
-- name: workspace_list :many
SELECT * FROM workspaces ORDER BY last_accessed_at DESC, id DESC;

-- With all its sessions.
-- name: workspace_delete :exec
DELETE FROM workspaces WHERE workspace_hash = :workspace_hash;
