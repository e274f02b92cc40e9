-- SPDX-License-Identifier: MIT
-- The agents of a session, each in a worktree of its own, numbered from 0.

-- name: instance_add :bulk
-- param start_time timestamp nullable
-- param end_time timestamp nullable
INSERT INTO instances (session_id, instance_id, worktree_path, branch, agent_name, status,
                       tmux_session_id, output, start_time, end_time, files_changed, lines_added,
                       lines_deleted, runtime, model, runtime_label)
VALUES (:session_id, :instance_id, :worktree_path, :branch, :agent_name, :status, :tmux_session_id,
        :output,
        strftime('%Y-%m-%dT%H:%M:%fZ', :start_time),
        strftime('%Y-%m-%dT%H:%M:%fZ', :end_time),
        :files_changed, :lines_added, :lines_deleted,
        :runtime, :model, :runtime_label);

-- name: instance_find :optional
SELECT * FROM instances WHERE session_id = :session_id AND instance_id = :instance_id;

-- name: instance_exists :one
SELECT EXISTS (
    SELECT 1 FROM instances WHERE session_id = :session_id AND instance_id = :instance_id
) AS is_there;

-- name: instance_list :many
SELECT * FROM instances WHERE session_id = :session_id ORDER BY instance_id;

-- Of every session, in any of these states, the one that began first at the head.
-- name: instance_list_by_status :many
SELECT * FROM instances WHERE status IN (:statuses[]) ORDER BY start_time, id LIMIT :limit;

-- What is not given stays.
-- name: instance_update :exec
-- param status nullable
-- param start_time timestamp nullable
-- param end_time timestamp nullable
UPDATE instances
SET status = coalesce(:status, status),
    output = coalesce(:output, output),
    start_time = coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', :start_time), start_time),
    end_time = coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', :end_time), end_time),
    files_changed = coalesce(:files_changed, files_changed),
    lines_added = coalesce(:lines_added, lines_added),
    lines_deleted = coalesce(:lines_deleted, lines_deleted)
WHERE session_id = :session_id AND instance_id = :instance_id;
