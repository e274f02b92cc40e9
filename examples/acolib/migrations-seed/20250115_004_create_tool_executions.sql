-- UP
-- The audit log: what was run, for which task, with what result. RESTRICT, not CASCADE: a record of
-- what happened must not disappear as a side effect of tidying up tasks. Whoever wants a task gone
-- first says, in a statement of its own, that its log may go.
CREATE TABLE IF NOT EXISTS tool_executions (
    id           TEXT NOT NULL PRIMARY KEY,
    task_id      TEXT NOT NULL REFERENCES tasks (id) ON DELETE RESTRICT,
    tool_name    TEXT NOT NULL,
    arguments    TEXT NOT NULL,
    output       TEXT,
    status       TEXT NOT NULL
                 CHECK (status IN ('pending', 'running', 'completed', 'failed', 'timeout')),
    error        TEXT,
    created_at   TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
    completed_at TEXT,
    duration_ms  INTEGER
);

-- The index on task_id serves the log of a task and the foreign key alike.
CREATE INDEX IF NOT EXISTS idx_tool_executions_task ON tool_executions (task_id, created_at);
CREATE INDEX IF NOT EXISTS idx_tool_executions_tool ON tool_executions (tool_name, created_at);
CREATE INDEX IF NOT EXISTS idx_tool_executions_status ON tool_executions (status, created_at);
CREATE INDEX IF NOT EXISTS idx_tool_executions_created ON tool_executions (created_at);

-- DOWN
-- DROP INDEX IF EXISTS idx_tool_executions_task;
-- DROP INDEX IF EXISTS idx_tool_executions_tool;
-- DROP INDEX IF EXISTS idx_tool_executions_status;
-- DROP INDEX IF EXISTS idx_tool_executions_created;
-- DROP TABLE IF EXISTS tool_executions;
