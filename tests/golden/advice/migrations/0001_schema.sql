CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    mail TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    age INTEGER,
    boss INTEGER REFERENCES users,
    state TEXT NOT NULL DEFAULT 'on' CHECK (state IN ('on', 'off'))
);
CREATE INDEX users_name ON users (name);
CREATE TABLE posts (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users,
    title TEXT NOT NULL,
    made INTEGER NOT NULL,
    size INTEGER NOT NULL CHECK (size > 0)
);
CREATE VIEW recent AS SELECT id, title, "new" AS kind FROM posts WHERE made > 5;
CREATE VIEW titles AS SELECT id, title FROM posts;
