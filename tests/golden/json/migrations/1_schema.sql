CREATE TABLE items (
    id INTEGER PRIMARY KEY,
    token TEXT NOT NULL,
    parent_id INTEGER REFERENCES items (id),
    size INTEGER,
    weight REAL NOT NULL,
    height REAL,
    title TEXT NOT NULL,
    note TEXT,
    picture BLOB NOT NULL,
    thumb BLOB,
    is_done BOOLEAN NOT NULL,
    is_seen BOOLEAN,
    made_at DATETIME NOT NULL,
    seen_at DATETIME,
    details JSON NOT NULL,
    extra JSON,
    state TEXT NOT NULL CHECK (state IN ('open', 'half "done"', '')),
    mood TEXT CHECK (mood IN ('good', 'größer')),
    anything ANY NOT NULL,
    "default" ANY
);

-- No query returns it: it has its struct, and its description, all the same.
CREATE TABLE other (name TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('on', 'off')));
