-- SPDX-License-Identifier: MIT
-- The links between workflows and tasks.

-- name: workflow_task_load :exec
INSERT INTO workflow_tasks (workflow_id, task_id, sequence, created_at)
VALUES (:workflow_id, :task_id, :sequence, :created_at);

-- At a place of the caller's choice; places may be shared, and then the order of adding counts.
-- name: workflow_task_add :exec
INSERT INTO workflow_tasks (workflow_id, task_id, sequence)
SELECT w.id, :task_id, :sequence
FROM workflows AS w
WHERE w.id = :workflow_id AND w.status <> 'archived';

-- Behind the last one.
-- name: workflow_task_append :exec
INSERT INTO workflow_tasks (workflow_id, task_id, sequence)
SELECT w.id, :task_id,
       (SELECT coalesce(max(wt.sequence), 0) + 1
        FROM workflow_tasks AS wt
        WHERE wt.workflow_id = w.id)
FROM workflows AS w
WHERE w.id = :workflow_id AND w.status <> 'archived';

-- name: workflow_task_remove :exec
DELETE FROM workflow_tasks WHERE workflow_id = :workflow_id AND task_id = :task_id;

-- A workflow and its tasks in sequence. One without tasks is one row without a task, so that no row
-- at all can only mean: no such workflow.
-- name: workflow_with_tasks :many
-- column id not null
-- column name not null
-- column status not null
-- column created_at not null
-- column updated_at not null
-- column sequence int
-- column task_id text
-- column task_title text
-- column task_type text
SELECT w.id, w.name, w.description, w.status, w.created_at, w.updated_at,
       wt.sequence,
       t.id AS task_id, t.title AS task_title, t.task_type AS task_type, t.status AS task_status
FROM workflows AS w
LEFT JOIN workflow_tasks AS wt ON wt.workflow_id = w.id
LEFT JOIN tasks AS t ON t.id = wt.task_id
WHERE w.id = :id
ORDER BY wt.sequence, wt.rowid;

-- name: workflow_list_by_task :many
SELECT w.id, w.name, w.status, wt.sequence
FROM workflow_tasks AS wt
JOIN workflows AS w ON w.id = wt.workflow_id
WHERE wt.task_id = :task_id
ORDER BY wt.rowid;
