CREATE TABLE items (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    status TEXT NOT NULL,
    priority INTEGER NOT NULL,
    score REAL NOT NULL,
    note TEXT
);
