-- UP
-- Which tasks a workflow runs, and in what order. A link has no life of its own: it goes with
-- whichever end goes first, and neither end takes the other along.
CREATE TABLE IF NOT EXISTS workflow_tasks (
    workflow_id TEXT NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
    task_id     TEXT NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    sequence    INTEGER NOT NULL DEFAULT 0,
    created_at  TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
    PRIMARY KEY (workflow_id, task_id)
);

-- The primary key already finds the links of a workflow, so there is no index on workflow_id alone.
CREATE INDEX IF NOT EXISTS idx_workflow_tasks_sequence ON workflow_tasks (workflow_id, sequence);
CREATE INDEX IF NOT EXISTS idx_workflow_tasks_task ON workflow_tasks (task_id);

-- DOWN
-- DROP INDEX IF EXISTS idx_workflow_tasks_sequence;
-- DROP INDEX IF EXISTS idx_workflow_tasks_task;
-- DROP TABLE IF EXISTS workflow_tasks;
