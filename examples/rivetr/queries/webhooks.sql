-- SPDX-License-Identifier: MIT

-- name: webhook_add :exec
INSERT INTO webhooks (id, app_id, url, event) VALUES (:id, :app_id, :url, :event);

-- name: webhook_list :many
SELECT * FROM webhooks WHERE app_id = :app_id ORDER BY url, event;
