-- name: user_add :one
INSERT INTO users (name, invited_by) VALUES (:name, :invited_by) RETURNING *;

-- name: user_fill :bulk
INSERT INTO users (id, name) VALUES (:id, :name);

-- name: note_fill :bulk
INSERT INTO notes (id, user_id, body, price, kind)
VALUES (:id, :user_id, :body, :price, :kind);

-- name: user_put :bulk
INSERT INTO users (id, name) VALUES (:id, :name)
ON CONFLICT (id) DO UPDATE SET name = excluded.name;

-- name: user_find :one
SELECT * FROM users WHERE id = :id;

-- name: user_some :many
SELECT * FROM users WHERE id IN (:ids[]) ORDER BY id;

-- name: note_list :many
SELECT id, price, kind FROM notes WHERE kind = :kind ORDER BY id;
