-- SPDX-License-Identifier: MIT
-- A workflow is a draft, then active, paused and active again, and archived for good.

-- name: workflow_create :exec
INSERT INTO workflows (id, name, description, definition, status)
VALUES (:id, :name, :description, :definition, 'draft');

-- name: workflow_load :exec
INSERT INTO workflows (id, name, description, definition, status, created_at, updated_at)
VALUES (:id, :name, :description, :definition, :status, :created_at, :updated_at);

-- name: workflow_activate :exec
UPDATE workflows SET status = 'active' WHERE id = :id AND status IN ('draft', 'paused');

-- name: workflow_pause :exec
UPDATE workflows SET status = 'paused' WHERE id = :id AND status = 'active';

-- name: workflow_archive :exec
UPDATE workflows SET status = 'archived' WHERE id = :id AND status <> 'archived';

-- The links go along, the tasks stay.
-- name: workflow_delete :exec
DELETE FROM workflows WHERE id = :id;

-- name: workflow_find :optional
SELECT * FROM workflows WHERE id = :id;

-- name: workflow_list :many
SELECT * FROM workflows ORDER BY created_at DESC, rowid DESC LIMIT :limit;

-- name: workflow_list_by_status :many
SELECT * FROM workflows WHERE status = :status ORDER BY created_at DESC, rowid DESC LIMIT :limit;

-- name: workflow_list_by_name :many
SELECT * FROM workflows WHERE name = :name ORDER BY created_at DESC, rowid DESC LIMIT :limit;

-- name: workflow_count_by_status :many
-- column total int not null
SELECT status, count(*) AS total FROM workflows GROUP BY status ORDER BY status;
