-- name: item_pairs :many
-- embed i items, parent? items
SELECT i.*, parent.*, i.size - 1 AS more
FROM items AS i LEFT JOIN items AS parent ON parent.id = i.parent_id
ORDER BY i.id;

-- name: item_children :many
-- group by i.id
-- embed i items, children? items
SELECT i.*, children.*
FROM items AS i LEFT JOIN items AS children ON children.parent_id = i.id
ORDER BY i.id, children.id;

-- name: item_names :many
-- group by i.id
SELECT i.id, o.name, o.state FROM items AS i JOIN other AS o ON o.name <> i.title ORDER BY i.id, o.name;
