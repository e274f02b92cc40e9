-- UP
-- One row per unit of work. Times are UTC text with milliseconds, which sorts as time does; every
-- default, trigger and query writes the same form. `NOT NULL` beside `PRIMARY KEY` is not noise:
-- SQLite lets NULL into a text key without it.
CREATE TABLE IF NOT EXISTS tasks (
    id             TEXT NOT NULL PRIMARY KEY,
    title          TEXT NOT NULL,
    description    TEXT,
    task_type      TEXT NOT NULL,
    status         TEXT NOT NULL
                   CHECK (status IN ('pending', 'running', 'completed', 'failed', 'cancelled')),
    config         TEXT NOT NULL,
    metadata       TEXT,
    workspace_path TEXT,
    created_at     TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
    updated_at     TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
    started_at     TEXT,
    completed_at   TEXT,
    error          TEXT
);

-- The second column lets "the newest of …" walk the index and stop at its limit, without a sort.
CREATE INDEX IF NOT EXISTS idx_tasks_status ON tasks (status, created_at);
CREATE INDEX IF NOT EXISTS idx_tasks_type ON tasks (task_type, created_at);
CREATE INDEX IF NOT EXISTS idx_tasks_workspace ON tasks (workspace_path, created_at);
CREATE INDEX IF NOT EXISTS idx_tasks_created ON tasks (created_at);

-- DOWN
-- DROP INDEX IF EXISTS idx_tasks_status;
-- DROP INDEX IF EXISTS idx_tasks_type;
-- DROP INDEX IF EXISTS idx_tasks_workspace;
-- DROP INDEX IF EXISTS idx_tasks_created;
-- DROP TABLE IF EXISTS tasks;
