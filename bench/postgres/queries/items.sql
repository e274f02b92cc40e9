-- The statements of the experiment. loop.h holds the same text.

-- name: item_get :one
SELECT * FROM items WHERE id = :id;

-- name: item_range :many
SELECT * FROM items WHERE id BETWEEN :first AND :last ORDER BY id;

-- name: item_scan :many
SELECT * FROM items;

-- name: item_add :exec
INSERT INTO items (title, status, priority, score, note)
VALUES (:title, :status, :priority, :score, :note);

-- name: item_fill :bulk
INSERT INTO items (title, status, priority, score, note)
VALUES (:title, :status, :priority, :score, :note);

-- name: item_update :exec
UPDATE items SET status = :status, priority = :priority WHERE id = :id;
