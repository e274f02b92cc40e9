-- A workflow is drafted, made active, paused and resumed, and at last archived.
CREATE TABLE workflows (
    id          TEXT NOT NULL PRIMARY KEY,
    name        TEXT NOT NULL,
    description TEXT,
    definition  TEXT NOT NULL,
    status      TEXT NOT NULL CHECK (status IN ('draft', 'active', 'archived', 'paused')),
    created_at  TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
    updated_at  TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now'))
);

CREATE INDEX idx_workflows_status ON workflows (status, created_at);
CREATE INDEX idx_workflows_name ON workflows (name, created_at);
CREATE INDEX idx_workflows_created ON workflows (created_at);
