-- The statements of the experiment. bench_hand.c holds the same text.

-- name: item_get :one
SELECT * FROM items WHERE id = :id;

-- Of a query with parts, the text without them.
-- name: item_get_part :one
SELECT * FROM items WHERE id = :id /*? status */ AND status = :status /*?*/;

-- name: item_range :many
SELECT * FROM items WHERE id BETWEEN :first AND :last ORDER BY id;

-- name: item_scan :many
SELECT * FROM items;

-- name: item_add :exec
INSERT INTO items (title, status, priority, score, note)
VALUES (:title, :status, :priority, :score, :note);

-- name: item_add_all :bulk
INSERT INTO items (title, status, priority, score, note)
VALUES (:title, :status, :priority, :score, :note);

-- name: item_update :exec
UPDATE items SET status = :status, priority = :priority WHERE id = :id;
