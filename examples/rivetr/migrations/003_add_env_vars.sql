-- What an app finds in its environment. Values stand here as they are: what is a secret is refused, by
-- the database itself, until there is a vault that seals them.
CREATE TABLE env_vars (
    id TEXT PRIMARY KEY,
    app_id TEXT NOT NULL REFERENCES apps(id),
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    is_secret BOOLEAN DEFAULT 0,
    created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    UNIQUE(app_id, key)
);

CREATE TRIGGER env_vars_no_secret_insert BEFORE INSERT ON env_vars WHEN NEW.is_secret
BEGIN
    SELECT RAISE(ABORT, 'a secret needs a vault, and there is none yet');
END;

CREATE TRIGGER env_vars_no_secret_update BEFORE UPDATE ON env_vars WHEN NEW.is_secret
BEGIN
    SELECT RAISE(ABORT, 'a secret needs a vault, and there is none yet');
END;
