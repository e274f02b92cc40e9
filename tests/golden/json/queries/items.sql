-- name: item_add :one
INSERT INTO items VALUES (:id, :token, :parent_id, :size, :weight, :height, :title, :note, :picture, :thumb,
    :is_done, :is_seen, :made_at, :seen_at, :details, :extra, :state, :mood, :anything, :other)
RETURNING *;

-- name: item_list :many
SELECT * FROM items ORDER BY id;

-- name: item_head :optional
-- returns head
SELECT id, title, state, size FROM items WHERE id = :id;

-- name: item_heads :many
-- returns head
SELECT id, title, state, size FROM items ORDER BY title;

-- name: item_stats :one
SELECT count(*) AS total, max(made_at) AS last_made, sum(weight) AS weight FROM items;

-- name: other_add :exec
INSERT INTO other (name, state) VALUES (:name, :state);
