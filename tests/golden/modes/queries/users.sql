-- Functions of every mode, with no, few and many parameters.

-- name: user_add :one
INSERT INTO users (name, mail) VALUES (:name, :mail) RETURNING *;

-- name: user_find :optional
SELECT * FROM users WHERE id = :id;

-- name: user_list :many
SELECT * FROM users ORDER BY name;

-- name: user_search :many
SELECT id, name
FROM users
WHERE name LIKE :pattern -- the pattern of the user
  AND (:mail IS NULL OR mail = :mail)
ORDER BY name
LIMIT :limit OFFSET :offset;

-- name: user_remove :exec
DELETE FROM users WHERE id = :id;

-- name: user_rename :exec
UPDATE users SET name = coalesce(:name, name), mail = :mail WHERE id = :id RETURNING *;

-- name: user_clear :exec
DELETE FROM users;
