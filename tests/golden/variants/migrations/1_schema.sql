CREATE TABLE tasks (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('open', 'done', 'lost')),
    owner TEXT,
    weight INTEGER NOT NULL,
    made DATETIME NOT NULL,
    parent INTEGER REFERENCES tasks (id)
);
