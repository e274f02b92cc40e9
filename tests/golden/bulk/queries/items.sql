-- name: item_add :bulk
INSERT INTO items (name, kind, size, data, owner) VALUES (:name, :kind, :size, :data, :owner);

-- name: item_give :bulk
INSERT INTO items (name, kind, size) VALUES (:name, :kind, :size) RETURNING *;

-- name: item_put :bulk
INSERT INTO items (name, kind, size) VALUES (:name, 'red', :size)
ON CONFLICT (name) DO UPDATE SET size = items.size + excluded.size
RETURNING id, size;

-- name: item_grow :bulk
UPDATE items SET size = size + :by WHERE id BETWEEN :first AND :last RETURNING id;

-- name: item_hand :bulk
UPDATE items SET owner = :owner WHERE id = :id RETURNING name, size;

-- name: item_drop :bulk
DELETE FROM items WHERE id = :id;

-- name: item_sweep :bulk
DELETE FROM items WHERE kind = :kind AND name NOT IN (:names[]);
