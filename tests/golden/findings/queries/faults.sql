-- name: no_table :many
SELECT id FROM user;
-- name: no_column :many
SELECT u.nam FROM users AS u;
-- name: syntax :many
SELECT id FORM users;
-- colum total int
-- name: total :one
-- colum total int
SELECT count(*) AS total FROM users;
-- name: total :one
SELECT 1;
-- name: several_names :many
SELECT u.nam, p.titel, uper(u.name), substr(u.name) FROM users AS u JOIN post AS q, posts AS p WHERE id = 1;
-- name: several_words :many
SELECT id FORM users WHER id = = 1 ORDER id;
-- name: no_end :many
SELECT id FROM users WHERE id IN (1, 2;
-- name: widths :many
SELECT id FROM users UNION SELECT id, name FROM users;
