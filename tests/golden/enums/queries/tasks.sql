-- name: task_find :optional
SELECT * FROM tasks WHERE id = :id;

-- name: task_add :one
INSERT INTO tasks (status, kind, urgency, old_status, odd, is_done, is_seen, plain_flag)
VALUES (:status, :kind, :urgency, :old_status, :odd, :is_done, :is_seen, :plain_flag)
RETURNING id, status, kind;

-- name: task_move :exec
UPDATE tasks SET status = :to WHERE id = :id AND status = :from;

-- name: task_list :many
SELECT id, status FROM tasks WHERE kind = :kind AND (urgency = :urgency OR :urgency IS NULL);

-- name: open_list :many
SELECT * FROM open_tasks;

-- name: task_parents :many
SELECT t.status, p.status AS parent_status, coalesce(p.kind, t.kind) AS any_kind,
       CASE WHEN t.is_done THEN 'done' ELSE t.status END AS shown
FROM tasks AS t
LEFT JOIN tasks AS p ON p.id = t.parent_id;

-- name: task_last :one
SELECT max(status) AS last, min(urgency) AS least FROM tasks;

-- name: task_as_text :many
-- column status text
-- param kind text
SELECT id, status FROM tasks WHERE kind = :kind;

-- name: either_list :many
SELECT t.status, j.status AS job_status
FROM tasks AS t
JOIN jobs AS j ON j.level = t.urgency
WHERE t.status = :status AND j.status = :status;

-- name: level_list :many
SELECT level FROM jobs UNION SELECT urgency FROM tasks;

-- name: status_list :many
SELECT status FROM jobs UNION SELECT status FROM tasks;

-- name: kind_list :many
-- returns kind_row
SELECT kind FROM tasks;

-- name: open_kind_list :many
-- returns kind_row
SELECT kind FROM open_tasks WHERE kind IS NOT NULL;
