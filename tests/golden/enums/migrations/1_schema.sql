-- What a CHECK leaves to a column.
CREATE TABLE tasks (
    id INTEGER PRIMARY KEY,
    status TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'in progress', 'done')),
    kind TEXT CHECK (kind = 'bug' OR kind = 'feature'),
    urgency TEXT NOT NULL CHECK (urgency IN ('low', 'high')),
    old_status TEXT NOT NULL CHECK (old_status IN ('a', 'b')),
    odd TEXT NOT NULL CHECK (odd IN ('', 'it''s', '"q"\', 'größe', '1st', 'case', 'x_', '??=')),
    is_done INTEGER NOT NULL CHECK (is_done IN (0, 1)),
    is_seen NUMERIC CHECK (is_seen IN (0, 1)),
    plain_flag INTEGER NOT NULL CHECK (plain_flag IN (0, 1)),
    parent_id INTEGER REFERENCES tasks (id)
);
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY,
    status TEXT NOT NULL CHECK (status IN ('open', 'done')),
    level TEXT NOT NULL CHECK (level IN ('low', 'high'))
) STRICT;
CREATE VIEW open_tasks AS SELECT id, status, kind FROM tasks WHERE status <> 'done';
