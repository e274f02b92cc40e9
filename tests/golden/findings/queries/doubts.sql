-- What takes a proof, what leaves a doubt, and what settles it.

-- name: outer_join :many
SELECT u.name, p.title FROM users AS u LEFT JOIN posts AS p ON p.user_id = u.id;

-- name: outer_join_settled :many
-- column name not null
-- column title nullable
SELECT u.name, p.title FROM users AS u LEFT JOIN posts AS p ON p.user_id = u.id;

-- name: compound :many
SELECT id, name FROM users UNION ALL SELECT id, title FROM posts;

-- name: compound_settled :many
-- column id int not null
-- column name text not null
SELECT id, name FROM users UNION ALL SELECT id, title FROM posts;

-- name: subquery :many
SELECT (SELECT name FROM users WHERE id = p.user_id) AS author, p.title FROM posts AS p;

-- name: from_subquery :many
SELECT id FROM (SELECT id FROM users);

-- name: with_clause :many
WITH few AS (SELECT id, name FROM users LIMIT 3) SELECT id, name FROM few;

-- name: view :many
SELECT id, name FROM people;

-- name: aggregate :one
SELECT count(*) AS total, name FROM users;

-- name: expression :many
SELECT id + 1 AS next, name FROM users;

-- name: fine_subquery :many
SELECT id, name FROM users WHERE id IN (SELECT user_id FROM posts WHERE score > :score);

-- name: virtual :many
SELECT name AS n, pk FROM pragma_table_info('users');

-- name: virtual_settled :many
-- column n text not null
-- column pk int not null
SELECT name AS n, pk FROM pragma_table_info('users');

-- name: mixed :many
SELECT CASE WHEN id > 5 THEN name ELSE id END AS mixed FROM users;

-- name: unknown_parameter :many
SELECT :extra = :other AS same FROM users;

-- name: two_types :exec
UPDATE posts SET title = :value WHERE id = :value;
