-- Who wants to hear of an app. A webhook says nothing without its app, so it goes with it.
CREATE TABLE webhooks (
    id TEXT PRIMARY KEY,
    app_id TEXT NOT NULL REFERENCES apps(id) ON DELETE CASCADE,
    url TEXT NOT NULL,
    event TEXT NOT NULL DEFAULT 'deployment',
    created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    UNIQUE(app_id, url, event)
);
