-- SPDX-License-Identifier: MIT
-- pending -> running -> succeeded or failed. Each step starts from one state, and no other.

-- name: deployment_add :exec
INSERT INTO deployments (id, app_id, commit_sha, image_tag)
VALUES (:id, :app_id, :commit_sha, :image_tag);

-- name: deployment_start :exec
UPDATE deployments SET status = 'running', container_id = :container_id
WHERE id = :id AND status = 'pending';

-- name: deployment_succeed :exec
UPDATE deployments SET status = 'succeeded', finished_at = CURRENT_TIMESTAMP
WHERE id = :id AND status = 'running';

-- name: deployment_fail :exec
UPDATE deployments
SET status = 'failed', error_message = :error_message, finished_at = CURRENT_TIMESTAMP
WHERE id = :id AND status IN ('pending', 'running');

-- name: deployment_find :optional
SELECT * FROM deployments WHERE id = :id;

-- name: deployment_list_by_app :many
SELECT * FROM deployments WHERE app_id = :app_id ORDER BY created_at DESC, rowid DESC LIMIT :limit;

-- name: deployment_recent :many
SELECT id, app_id, status, created_at FROM deployments
ORDER BY created_at DESC, rowid DESC
LIMIT :limit;

-- name: deployment_failed :many
SELECT id, app_id, error_message, created_at FROM deployments
WHERE status = 'failed'
ORDER BY created_at DESC, rowid DESC;

-- Every app, also one that has never been deployed.
-- name: deployment_count_by_app :many
-- column name text not null
-- column deploys int not null
SELECT a.name AS name, count(d.id) AS deploys
FROM apps AS a
LEFT JOIN deployments AS d ON d.app_id = a.id
GROUP BY a.id
ORDER BY a.name;

-- name: deployment_purge_app :exec
DELETE FROM deployments WHERE app_id = :app_id;
