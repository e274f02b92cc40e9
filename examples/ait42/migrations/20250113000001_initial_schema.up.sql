-- Sessions in which several agents work at once on one task, by the workspace that they work in.
-- All tables are STRICT. Every time is UTC text of one width, so that text order is time order;
-- the checks named …_form hold that. What belongs to a connection (WAL, foreign keys) is set
-- there, not here.

CREATE TABLE workspaces (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_path TEXT NOT NULL UNIQUE,
    workspace_hash TEXT NOT NULL UNIQUE, -- SHA-256 of the path, in hex
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    last_accessed_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    CONSTRAINT workspace_path_not_empty CHECK (workspace_path <> ''),
    CONSTRAINT workspace_hash_form CHECK (length(workspace_hash) = 64),
    CONSTRAINT created_at_form CHECK (created_at GLOB '????-??-??T??:??:??.???Z'),
    CONSTRAINT last_accessed_at_form CHECK (last_accessed_at GLOB '????-??-??T??:??:??.???Z')
) STRICT;

CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    type TEXT NOT NULL,
    task TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    completed_at TEXT, -- when it was completed, or failed
    model TEXT,
    timeout_seconds INTEGER,
    preserve_worktrees INTEGER,
    winner_id INTEGER, -- the instance_id of one of its instances
    total_duration INTEGER, -- seconds
    total_files_changed INTEGER,
    total_lines_added INTEGER,
    total_lines_deleted INTEGER,
    -- The instances come behind their session, in the same transaction: looked at when it commits.
    FOREIGN KEY (id, winner_id) REFERENCES instances (session_id, instance_id)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT type_known CHECK (type IN ('competition', 'ensemble', 'debate')),
    CONSTRAINT status_known CHECK (status IN ('running', 'completed', 'failed', 'paused')),
    CONSTRAINT id_not_empty CHECK (id <> ''),
    CONSTRAINT task_not_empty CHECK (task <> ''),
    CONSTRAINT preserve_worktrees_flag CHECK (preserve_worktrees IN (0, 1)),
    CONSTRAINT created_at_form CHECK (created_at GLOB '????-??-??T??:??:??.???Z'),
    CONSTRAINT updated_at_form CHECK (updated_at GLOB '????-??-??T??:??:??.???Z'),
    CONSTRAINT completed_at_form CHECK (completed_at GLOB '????-??-??T??:??:??.???Z')
) STRICT;

CREATE INDEX idx_sessions_workspace ON sessions (workspace_id, created_at, id);
CREATE INDEX idx_sessions_status ON sessions (status, updated_at, id);
CREATE INDEX idx_sessions_type ON sessions (type, status);
CREATE INDEX idx_sessions_model ON sessions (model, created_at, id);
CREATE INDEX idx_sessions_created_at ON sessions (created_at, id);
CREATE INDEX idx_sessions_updated_at ON sessions (updated_at, id);

CREATE TABLE session_runtime_mix (
    id INTEGER PRIMARY KEY, -- in the order of the mix
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    runtime TEXT NOT NULL,
    UNIQUE (session_id, runtime),
    CONSTRAINT runtime_not_empty CHECK (runtime <> '')
) STRICT;

CREATE INDEX idx_runtime_mix_session ON session_runtime_mix (session_id);

CREATE TABLE instances (
    id INTEGER PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    instance_id INTEGER NOT NULL, -- within its session, from 0
    worktree_path TEXT NOT NULL,
    branch TEXT NOT NULL,
    agent_name TEXT NOT NULL,
    status TEXT NOT NULL,
    tmux_session_id TEXT NOT NULL,
    output TEXT,
    start_time TEXT,
    end_time TEXT,
    files_changed INTEGER,
    lines_added INTEGER,
    lines_deleted INTEGER,
    runtime TEXT,
    model TEXT,
    runtime_label TEXT,
    UNIQUE (session_id, instance_id),
    CONSTRAINT instance_id_not_negative CHECK (instance_id >= 0),
    CONSTRAINT start_time_form CHECK (start_time GLOB '????-??-??T??:??:??.???Z'),
    CONSTRAINT end_time_form CHECK (end_time GLOB '????-??-??T??:??:??.???Z')
) STRICT;

CREATE INDEX idx_instances_status ON instances (status, start_time);

CREATE TABLE chat_messages (
    id TEXT NOT NULL PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    content TEXT NOT NULL,
    timestamp TEXT NOT NULL,
    instance_id INTEGER, -- who spoke, or was spoken to; NULL: all
    FOREIGN KEY (session_id, instance_id) REFERENCES instances (session_id, instance_id),
    CONSTRAINT role_known CHECK (role IN ('user', 'assistant', 'system')),
    CONSTRAINT id_not_empty CHECK (id <> ''),
    CONSTRAINT content_not_empty CHECK (content <> ''),
    CONSTRAINT timestamp_form CHECK (timestamp GLOB '????-??-??T??:??:??.???Z')
) STRICT;

CREATE INDEX idx_chat_messages_session ON chat_messages (session_id, timestamp);
CREATE INDEX idx_chat_messages_timestamp ON chat_messages (timestamp);
CREATE INDEX idx_chat_messages_role ON chat_messages (role);

-- How far the sessions that were kept as JSON files have come into this database. One row.
CREATE TABLE migration_metadata (
    id INTEGER PRIMARY KEY,
    schema_version INTEGER NOT NULL DEFAULT 1,
    migrated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    json_backup_path TEXT,
    migration_status TEXT NOT NULL DEFAULT 'pending',
    last_updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    CONSTRAINT only_row CHECK (id = 1),
    CONSTRAINT migrated_at_form CHECK (migrated_at GLOB '????-??-??T??:??:??.???Z'),
    CONSTRAINT last_updated_at_form CHECK (last_updated_at GLOB '????-??-??T??:??:??.???Z')
) STRICT;

INSERT INTO migration_metadata (id, schema_version, migration_status) VALUES (1, 1, 'pending');

-- A session with all that is counted. Each count looks up its own rows: joined, four instances
-- and fifty messages would be two hundred rows to count distinct ones of.
CREATE VIEW session_complete AS
SELECT
    s.id, s.workspace_id, w.workspace_path, s.type, s.task, s.status, s.created_at, s.updated_at,
    s.completed_at, s.model, s.timeout_seconds, s.preserve_worktrees, s.winner_id, s.total_duration,
    s.total_files_changed, s.total_lines_added, s.total_lines_deleted,
    (SELECT count(*) FROM instances AS i WHERE i.session_id = s.id) AS instance_count,
    (SELECT count(*) FROM chat_messages AS m WHERE m.session_id = s.id) AS message_count,
    (SELECT group_concat(mix.runtime) FROM (
        SELECT r.runtime FROM session_runtime_mix AS r WHERE r.session_id = s.id ORDER BY r.id
    ) AS mix) AS runtime_mix
FROM sessions AS s
JOIN workspaces AS w ON w.id = s.workspace_id;
