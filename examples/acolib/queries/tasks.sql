-- SPDX-License-Identifier: MIT
-- The life of a task: pending, running, then completed, failed or cancelled. Each step names the
-- state it starts from, so a step that comes too late, or twice, changes no row.

-- name: task_create :exec
INSERT INTO tasks (id, title, description, task_type, status, config, metadata, workspace_path)
VALUES (:id, :title, :description, :task_type, 'pending', :config, :metadata, :workspace_path);

-- A row as it was, with its times: for loading a file.
-- name: task_load :exec
INSERT INTO tasks (id, title, description, task_type, status, config, metadata, workspace_path,
                   created_at, updated_at, started_at, completed_at, error)
VALUES (:id, :title, :description, :task_type, :status, :config, :metadata, :workspace_path,
        :created_at, :updated_at, :started_at, :completed_at, :error);

-- name: task_start :exec
UPDATE tasks
SET status = 'running', started_at = strftime('%Y-%m-%d %H:%M:%f', 'now')
WHERE id = :id AND status = 'pending';

-- name: task_complete :exec
UPDATE tasks
SET status = 'completed', completed_at = strftime('%Y-%m-%d %H:%M:%f', 'now')
WHERE id = :id AND status = 'running';

-- name: task_fail :exec
UPDATE tasks
SET status = 'failed', error = :error, completed_at = strftime('%Y-%m-%d %H:%M:%f', 'now')
WHERE id = :id AND status = 'running';

-- name: task_cancel :exec
UPDATE tasks
SET status = 'cancelled', completed_at = strftime('%Y-%m-%d %H:%M:%f', 'now')
WHERE id = :id AND status IN ('pending', 'running');

-- Links to workflows go along; a task with an audit log stays (ON DELETE RESTRICT).
-- name: task_delete :exec
DELETE FROM tasks WHERE id = :id AND status <> 'running';

-- name: task_find :optional
SELECT * FROM tasks WHERE id = :id;

-- Lists are newest first; of two that share a millisecond the one that came later is first.
-- name: task_list :many
SELECT * FROM tasks ORDER BY created_at DESC, rowid DESC LIMIT :limit;

-- name: task_list_by_status :many
SELECT * FROM tasks WHERE status = :status ORDER BY created_at DESC, rowid DESC LIMIT :limit;

-- name: task_list_by_type :many
SELECT * FROM tasks WHERE task_type = :task_type ORDER BY created_at DESC, rowid DESC LIMIT :limit;

-- name: task_list_by_workspace :many
SELECT * FROM tasks
WHERE workspace_path = :workspace_path
ORDER BY created_at DESC, rowid DESC
LIMIT :limit;

-- From `since` on, up to but without `until`.
-- name: task_list_by_date :many
SELECT * FROM tasks
WHERE created_at >= :since AND created_at < :until
ORDER BY created_at DESC, rowid DESC
LIMIT :limit;

-- name: task_count_by_status :many
-- column total int not null
SELECT status, count(*) AS total FROM tasks GROUP BY status ORDER BY status;
