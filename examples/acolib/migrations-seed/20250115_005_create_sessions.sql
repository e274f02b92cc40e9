-- UP
-- Connections of clients. A session lives as long as it sends heartbeats.
CREATE TABLE IF NOT EXISTS sessions (
    id              TEXT NOT NULL PRIMARY KEY,
    client_id       TEXT NOT NULL,
    user_id         TEXT,
    connection_type TEXT NOT NULL CHECK (connection_type IN ('websocket', 'http', 'grpc')),
    is_active       INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    metadata        TEXT,
    created_at      TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
    updated_at      TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
    last_heartbeat  TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now'))
);

CREATE INDEX IF NOT EXISTS idx_sessions_client ON sessions (client_id, created_at);
CREATE INDEX IF NOT EXISTS idx_sessions_user ON sessions (user_id, created_at);
-- The quietest of the active ones first: the order in which they expire.
CREATE INDEX IF NOT EXISTS idx_sessions_active ON sessions (is_active, last_heartbeat);
-- Active or not: for removing what has been silent for a long time.
CREATE INDEX IF NOT EXISTS idx_sessions_heartbeat ON sessions (last_heartbeat);
CREATE INDEX IF NOT EXISTS idx_sessions_created ON sessions (created_at);

-- DOWN
-- DROP INDEX IF EXISTS idx_sessions_client;
-- DROP INDEX IF EXISTS idx_sessions_user;
-- DROP INDEX IF EXISTS idx_sessions_active;
-- DROP INDEX IF EXISTS idx_sessions_heartbeat;
-- DROP INDEX IF EXISTS idx_sessions_created;
-- DROP TABLE IF EXISTS sessions;
