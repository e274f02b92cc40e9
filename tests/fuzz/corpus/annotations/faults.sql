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
