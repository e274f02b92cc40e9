-- SPDX-License-Identifier: MIT A session runs or rests until it is completed or has failed. One
-- that has failed may run again; one that is completed stays so.

-- name: session_add :exec
-- param created_at timestamp nullable
-- param completed_at timestamp nullable
INSERT INTO sessions (id, workspace_id, type, task, status, created_at, updated_at, completed_at,
                      model, timeout_seconds, preserve_worktrees, winner_id, total_duration,
                      total_files_changed, total_lines_added, total_lines_deleted)
VALUES (:id, :workspace_id, :type, :task, :status,
        strftime('%Y-%m-%dT%H:%M:%fZ', coalesce(:created_at, 'now')),
        strftime('%Y-%m-%dT%H:%M:%fZ', coalesce(:completed_at, :created_at, 'now')),
        strftime('%Y-%m-%dT%H:%M:%fZ', :completed_at),
        :model, :timeout_seconds, :preserve_worktrees, :winner_id, :total_duration,
        :total_files_changed, :total_lines_added, :total_lines_deleted);

-- With its instances, by number.
-- name: session_find :optional
-- embed session, instances?
-- group by session.id
SELECT session.*, instances.*
FROM sessions AS session
LEFT JOIN instances ON instances.session_id = session.id
WHERE session.id = :id
ORDER BY session.id, instances.instance_id;

-- name: session_exists :one
SELECT EXISTS (SELECT 1 FROM sessions WHERE id = :id) AS is_there;

-- name: session_summary_find :optional
-- returns session_summary
SELECT * FROM session_complete WHERE id = :id;

-- name: session_list :many
-- returns session_summary
SELECT * FROM session_complete
WHERE workspace_id = :workspace_id
ORDER BY created_at DESC, id DESC
LIMIT :limit;

-- Of every workspace, in any of these states: those that nothing has happened to for the longest
-- time first.
-- name: session_list_by_status :many
-- returns session_summary
SELECT * FROM session_complete
WHERE status IN (:statuses[])
ORDER BY updated_at, id
LIMIT :limit;

-- Of every workspace, the newest first.
-- name: session_recent :many
-- returns session_summary
SELECT * FROM session_complete
ORDER BY created_at DESC, id DESC
LIMIT :limit;

-- What has changed since then, the last change first.
-- name: session_changed :many
-- returns session_summary
-- param since timestamp
SELECT * FROM session_complete
WHERE updated_at >= strftime('%Y-%m-%dT%H:%M:%fZ', :since)
ORDER BY updated_at DESC, id DESC
LIMIT :limit;

-- name: session_counts :many
SELECT type, status, count(*) AS total FROM sessions GROUP BY type, status ORDER BY type, status;

-- What is not given stays.
-- name: session_update :exec
-- param task nullable
UPDATE sessions
SET task = coalesce(:task, task),
    model = coalesce(:model, model),
    timeout_seconds = coalesce(:timeout_seconds, timeout_seconds),
    preserve_worktrees = coalesce(:preserve_worktrees, preserve_worktrees),
    updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
WHERE id = :id;

-- name: session_touch :exec
UPDATE sessions SET updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE id = :id;

-- name: session_set_status :exec
UPDATE sessions
SET status = :status,
    completed_at = NULL,
    updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
WHERE id = :id AND status <> 'completed';

-- name: session_fail :exec
UPDATE sessions
SET status = 'failed',
    completed_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'),
    updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
WHERE id = :id AND status <> 'completed';

-- What its instances have changed is summed up.
-- name: session_complete :exec
UPDATE sessions
SET status = 'completed',
    completed_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'),
    updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'),
    winner_id = coalesce(:winner_id, winner_id),
    total_duration = max(0, unixepoch('now') - unixepoch(created_at)),
    (total_files_changed, total_lines_added, total_lines_deleted) = (
        SELECT sum(i.files_changed), sum(i.lines_added), sum(i.lines_deleted)
        FROM instances AS i WHERE i.session_id = sessions.id)
WHERE id = :id AND status <> 'completed';

-- name: session_set_winner :exec
UPDATE sessions
SET winner_id = :winner_id,
    updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
WHERE id = :id;

-- With their instances, their mixes and their messages.
-- name: session_delete :exec
DELETE FROM sessions WHERE id IN (:ids[]);

-- name: runtime_add :bulk
INSERT INTO session_runtime_mix (session_id, runtime) VALUES (:session_id, :runtime);

-- name: runtime_list :many
SELECT runtime FROM session_runtime_mix WHERE session_id = :session_id ORDER BY id;
