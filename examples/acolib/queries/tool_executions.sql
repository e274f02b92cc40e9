-- SPDX-License-Identifier: MIT
-- The audit log. created_at is when the tool began to run, so that a wait in the queue does not
-- count as running time; duration_ms is taken from the database's clock when the run ends.

-- name: execution_queue :exec
INSERT INTO tool_executions (id, task_id, tool_name, arguments, status)
VALUES (:id, :task_id, :tool_name, :arguments, 'pending');

-- A queued one begins.
-- name: execution_run :exec
UPDATE tool_executions
SET status = 'running', created_at = strftime('%Y-%m-%d %H:%M:%f', 'now')
WHERE id = :id AND status = 'pending';

-- One that was never queued begins.
-- name: execution_start :exec
INSERT INTO tool_executions (id, task_id, tool_name, arguments, status)
VALUES (:id, :task_id, :tool_name, :arguments, 'running');

-- name: execution_load :exec
INSERT INTO tool_executions (id, task_id, tool_name, arguments, output, status, error, created_at,
                             completed_at, duration_ms)
VALUES (:id, :task_id, :tool_name, :arguments, :output, :status, :error, :created_at,
        :completed_at, :duration_ms);

-- name: execution_complete :exec
UPDATE tool_executions
SET status = 'completed', output = :output,
    completed_at = strftime('%Y-%m-%d %H:%M:%f', 'now'),
    duration_ms = CAST(round((julianday('now') - julianday(created_at)) * 86400000) AS INTEGER)
WHERE id = :id AND status = 'running';

-- name: execution_fail :exec
UPDATE tool_executions
SET status = 'failed', error = :error,
    completed_at = strftime('%Y-%m-%d %H:%M:%f', 'now'),
    duration_ms = CAST(round((julianday('now') - julianday(created_at)) * 86400000) AS INTEGER)
WHERE id = :id AND status = 'running';

-- name: execution_timeout :exec
UPDATE tool_executions
SET status = 'timeout', error = :error,
    completed_at = strftime('%Y-%m-%d %H:%M:%f', 'now'),
    duration_ms = CAST(round((julianday('now') - julianday(created_at)) * 86400000) AS INTEGER)
WHERE id = :id AND status = 'running';

-- Every run that has lasted too long.
-- name: execution_timeout_overdue :exec
-- param limit_s int
UPDATE tool_executions
SET status = 'timeout', error = :error,
    completed_at = strftime('%Y-%m-%d %H:%M:%f', 'now'),
    duration_ms = CAST(round((julianday('now') - julianday(created_at)) * 86400000) AS INTEGER)
WHERE status = 'running'
  AND created_at <= strftime('%Y-%m-%d %H:%M:%f', 'now', '-' || :limit_s || ' seconds');

-- The log of a task that is to be deleted. Runs that have not ended are not history yet: they stay,
-- and so does the task.
-- name: execution_purge_task :exec
DELETE FROM tool_executions
WHERE task_id = :task_id AND status IN ('completed', 'failed', 'timeout');

-- name: execution_purge_before :exec
DELETE FROM tool_executions
WHERE created_at < :before AND status IN ('completed', 'failed', 'timeout');

-- name: execution_find :optional
SELECT * FROM tool_executions WHERE id = :id;

-- The log of a task reads forwards, the others newest first.
-- name: execution_list_by_task :many
SELECT * FROM tool_executions WHERE task_id = :task_id ORDER BY created_at, rowid LIMIT :limit;

-- name: execution_list_by_tool :many
SELECT * FROM tool_executions
WHERE tool_name = :tool_name
ORDER BY created_at DESC, rowid DESC
LIMIT :limit;

-- name: execution_list_by_status :many
SELECT * FROM tool_executions
WHERE status = :status
ORDER BY created_at DESC, rowid DESC
LIMIT :limit;

-- name: execution_list_by_date :many
SELECT * FROM tool_executions
WHERE created_at >= :since AND created_at < :until
ORDER BY created_at DESC, rowid DESC
LIMIT :limit;

-- name: execution_stats_by_tool :many
-- column tool_name text not null
-- column total int not null
-- column failed int not null
-- column timed_out int not null
-- column mean_ms real
-- column longest_ms int
SELECT tool_name,
       count(*) AS total,
       count(*) FILTER (WHERE status = 'failed') AS failed,
       count(*) FILTER (WHERE status = 'timeout') AS timed_out,
       avg(duration_ms) AS mean_ms,
       max(duration_ms) AS longest_ms
FROM tool_executions
GROUP BY tool_name
ORDER BY tool_name;
