-- name: auto_index :many
SELECT u.name, p.title FROM users u LEFT JOIN posts p ON p.user_id = u.id;

-- name: cartesian :many
SELECT u.name, p.title FROM users u, posts AS p;

-- name: class_mismatch :optional
SELECT name FROM users WHERE id = :id AND (age > 'old' OR name = x'00');

-- name: full_scan :many
SELECT id FROM posts
WHERE user_id = :user AND made >= :since
ORDER BY made DESC;

-- name: full_scan_of_view :many
SELECT id FROM titles WHERE title = :title;

-- name: full_scan_of_words :many
SELECT id FROM posts WHERE title LIKE '%' || :word || '%';

-- name: full_scan_inside :many
SELECT u.id, (SELECT count(*) FROM posts WHERE user_id = u.id) AS posts FROM users u;

-- name: implicit_order :many
SELECT name, (SELECT group_concat(title, ', ') FROM posts) AS titles FROM users LIMIT :most;

-- name: impossible_insert :exec
INSERT INTO posts (user_id, title, size) VALUES (:user, NULL, 0);

-- name: impossible_value :exec
UPDATE users SET state = 'away' WHERE id = :id AND state <> 'On';

-- name: integer_division :one
SELECT sum(size) / count(*) AS mean FROM posts;

-- name: like_without_index :many
SELECT id FROM users WHERE name LIKE :pattern;

-- name: many_on_key :many
SELECT name FROM users WHERE mail = :mail;

-- name: not_in_null :many
SELECT name FROM users WHERE id NOT IN (SELECT boss FROM users);

-- name: null_comparison :many
SELECT name FROM users WHERE boss = NULL OR id IN (1, NULL);

-- name: one_without_key :one
DELETE FROM users WHERE name = :name RETURNING id;

-- name: temp_btree :many
SELECT title FROM posts ORDER BY made DESC, id DESC LIMIT 10;

-- name: nothing :many
SELECT u.name, p.title, p.made / 86400 AS day
FROM users u JOIN posts p ON u.id = p.user_id
ORDER BY u.name, p.title;
