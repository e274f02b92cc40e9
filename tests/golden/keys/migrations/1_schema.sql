CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    invited_by INTEGER REFERENCES users
);
CREATE TABLE posts (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id),
    editor_id INTEGER REFERENCES users (id),
    reply_to INTEGER REFERENCES posts (id),
    legacy_id INTEGER REFERENCES users (id),
    title TEXT NOT NULL
);
CREATE TABLE shares (
    user_id INTEGER NOT NULL REFERENCES users,
    post_id INTEGER NOT NULL REFERENCES posts,
    PRIMARY KEY (user_id, post_id)
) WITHOUT ROWID;
CREATE TABLE views (
    reader INTEGER NOT NULL,
    post INTEGER NOT NULL,
    seconds INTEGER NOT NULL,
    FOREIGN KEY (reader, post) REFERENCES shares
);
CREATE TABLE sessions (
    token TEXT PRIMARY KEY NOT NULL,
    user_id INTEGER REFERENCES users,
    parent TEXT REFERENCES sessions,
    note TEXT
);
CREATE TABLE files (
    hash BLOB PRIMARY KEY NOT NULL,
    previous BLOB REFERENCES files (hash),
    session TEXT REFERENCES sessions
);
-- RETURNING of a table whose first column is REAL may show a number of the other class.
CREATE TABLE places (
    weight REAL NOT NULL,
    id INTEGER PRIMARY KEY,
    within INTEGER REFERENCES places
);
CREATE VIEW authors AS
SELECT p.id AS post_id, u.id AS author_id, u.invited_by FROM posts AS p JOIN users AS u ON u.id = p.user_id;
