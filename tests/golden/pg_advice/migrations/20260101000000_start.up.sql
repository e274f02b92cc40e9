CREATE TABLE users (
    id bigint PRIMARY KEY,
    mail text NOT NULL UNIQUE,
    name text NOT NULL,
    boss bigint REFERENCES users,
    state text NOT NULL DEFAULT 'on' CHECK (state IN ('on', 'off'))
);
CREATE TABLE posts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users,
    title text NOT NULL,
    made timestamptz NOT NULL,
    size integer NOT NULL CHECK (size > 0)
);
CREATE INDEX posts_made ON posts (made);
CREATE VIEW first AS SELECT id, title FROM posts WHERE title = NULL LIMIT 3;
