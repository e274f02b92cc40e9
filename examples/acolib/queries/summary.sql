-- SPDX-License-Identifier: MIT
-- Over all tables.

-- name: row_counts :one
-- column tasks int not null
-- column workflows int not null
-- column links int not null
-- column executions int not null
-- column sessions int not null
-- column settings int not null
SELECT (SELECT count(*) FROM tasks) AS tasks,
       (SELECT count(*) FROM workflows) AS workflows,
       (SELECT count(*) FROM workflow_tasks) AS links,
       (SELECT count(*) FROM tool_executions) AS executions,
       (SELECT count(*) FROM sessions) AS sessions,
       (SELECT count(*) FROM configurations) AS settings;

-- What has waited longest.
-- name: task_next :optional
SELECT * FROM tasks WHERE status = 'pending' ORDER BY created_at, rowid LIMIT 1;
