-- name: cartesian :many
SELECT u.name, p.title FROM users u, posts AS p;

-- name: full_scan :many
SELECT id FROM posts
WHERE user_id = :user AND size > 5
ORDER BY made DESC;

-- name: implicit_order :many
SELECT name, (SELECT string_agg(title, ', ') FROM posts) AS titles FROM users LIMIT :most;

-- name: impossible_insert :exec
INSERT INTO posts (user_id, title, made, size) VALUES (:user, NULL, now(), 0);

-- name: impossible_value :exec
UPDATE users SET state = 'away' WHERE id = :id AND state <> 'On';

-- name: integer_division :one
SELECT sum(size) / count(*) AS mean FROM posts;

-- name: many_on_key :many
SELECT name FROM users WHERE mail = :mail;

-- name: not_in_null :many
SELECT name FROM users WHERE id NOT IN (SELECT boss FROM users);

-- name: null_comparison :many
SELECT name FROM users WHERE boss = NULL OR id IN (1, NULL);

-- name: one_without_key :one
DELETE FROM users WHERE name = :name RETURNING id;

-- name: temp_btree :many
SELECT title FROM posts ORDER BY title LIMIT 10;

-- name: nothing :many
SELECT u.name, p.title, (p.size / 2)::int AS half
FROM users u JOIN posts p ON u.id = p.user_id AND p.id IN (SELECT id FROM first)
ORDER BY u.name, p.title;
