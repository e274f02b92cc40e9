-- Settings by key. A value is kept as text; value_type says how to read it. The value of a secret
-- is for the program that asks for it by key: no listing shows it.
CREATE TABLE configurations (
    key         TEXT NOT NULL PRIMARY KEY,
    value       TEXT NOT NULL,
    value_type  TEXT NOT NULL
                CHECK (value_type IN ('string', 'integer', 'float', 'boolean', 'json')),
    description TEXT,
    is_secret   INTEGER NOT NULL CHECK (is_secret IN (0, 1)),
    created_at  TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
    updated_at  TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now'))
);

CREATE INDEX idx_configurations_type ON configurations (value_type, key);
CREATE INDEX idx_configurations_secret ON configurations (is_secret, key);
CREATE INDEX idx_configurations_updated ON configurations (updated_at);
