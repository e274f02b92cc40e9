-- SPDX-License-Identifier: MIT

-- name: app_add :exec
INSERT INTO apps (id, name, git_url, branch, port, domain, project_id)
VALUES (:id, :name, :git_url, :branch, :port, :domain, :project_id);

-- An app that must be there.
-- name: app_get :one
SELECT * FROM apps WHERE id = :id;

-- One that may be.
-- name: app_find :optional
SELECT * FROM apps WHERE id = :id;

-- name: app_find_by_name :optional
SELECT * FROM apps WHERE name = :name;

-- name: app_list :many
SELECT * FROM apps ORDER BY created_at DESC, rowid DESC;

-- name: app_list_by_project :many
SELECT * FROM apps WHERE project_id = :project_id ORDER BY created_at DESC, rowid DESC;

-- name: app_rename :exec
UPDATE apps SET name = :name, updated_at = CURRENT_TIMESTAMP WHERE id = :id;

-- name: app_configure :exec
UPDATE apps
SET branch = :branch, port = :port, domain = :domain, healthcheck = :healthcheck,
    cpu_limit = :cpu_limit, memory_limit = :memory_limit, environment = :environment,
    updated_at = CURRENT_TIMESTAMP
WHERE id = :id;

-- Refused while it has deployments or variables; its webhooks go with it.
-- name: app_delete :exec
DELETE FROM apps WHERE id = :id;
