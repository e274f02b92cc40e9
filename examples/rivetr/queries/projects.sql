-- SPDX-License-Identifier: MIT

-- name: project_add :exec
INSERT INTO projects (id, name, description) VALUES (:id, :name, :description);

-- name: project_find_by_name :optional
SELECT * FROM projects WHERE name = :name;

-- name: project_list :many
SELECT * FROM projects ORDER BY name;

-- Refused while an app belongs to it.
-- name: project_delete :exec
DELETE FROM projects WHERE name = :name;
