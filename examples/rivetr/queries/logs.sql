-- SPDX-License-Identifier: MIT

-- name: log_add :exec
INSERT INTO deployment_logs (id, deployment_id, level, message)
VALUES (:id, :deployment_id, :level, :message);

-- What has been written since: `after` is the seq of the last line seen, 0 at first.
-- name: log_list :many
-- column seq int not null
SELECT rowid AS seq, level, message, timestamp
FROM deployment_logs
WHERE deployment_id = :deployment_id AND rowid > :after
ORDER BY rowid;

-- name: log_purge_app :exec
DELETE FROM deployment_logs
WHERE deployment_id IN (SELECT id FROM deployments WHERE app_id = :app_id);
