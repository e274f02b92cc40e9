-- name: task_add :one
INSERT INTO tasks (title, note) VALUES (:title, :note) RETURNING *;

-- name: task_list :many
SELECT id, title FROM tasks WHERE done = :done ORDER BY id;

-- name: task_finish :exec
UPDATE tasks SET done = TRUE WHERE id = :id AND NOT done;
