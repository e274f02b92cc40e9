-- One to many.

-- name: user_tree :many
-- embed u users, o? orders
-- group by u.id
SELECT u.*, o.*
FROM users u
LEFT JOIN orders o ON o.user_id = u.id
WHERE u.id >= :least
ORDER BY u.name, u.id, o.id;

-- name: user_one :one
-- embed u, o?
-- group by u.id
SELECT u.*, o.*
FROM users u
LEFT JOIN orders o ON o.user_id = u.id
WHERE u.name LIKE :pattern
ORDER BY u.id, o.id;

-- name: user_maybe :optional
-- embed o?
-- group by u.id
SELECT u.id, u.kind, o.*
FROM users u
LEFT JOIN orders o ON o.user_id = u.id
WHERE u.id = :id
ORDER BY u.id, o.id;

-- name: order_tree :many
-- embed row? users
-- group by row.id
SELECT row.*, o.id AS order_id, o.note, l.what
FROM orders o
LEFT JOIN users AS row ON row.id = o.user_id
LEFT JOIN lines l ON l.order_id = o.id
ORDER BY row.id, o.id, l.number;

-- name: line_tree :many
-- embed key lines, use orders
-- group by key.order_id, key.number
SELECT use.*, key.*
FROM lines AS key
JOIN orders AS use ON use.id = key.order_id
ORDER BY key.number, key.order_id;

-- name: note_tree :many
-- embed u users
-- group by o.note
SELECT o.note, u.*, l.what AS line
FROM orders o
JOIN users u ON u.id = o.user_id
LEFT JOIN lines l ON l.order_id = o.id
ORDER BY o.note, u.id, l.number;

-- name: kind_ids :many
-- group by u.kind
SELECT u.kind, o.id
FROM users u
JOIN orders o ON o.user_id = u.id
ORDER BY u.kind, o.id;

-- name: user_pick :many
-- embed u, o?
-- group by u.id
SELECT u.*, o.*
FROM users u
LEFT JOIN orders o ON o.user_id = u.id
WHERE u.id IN (:ids[]) /*? name */ AND u.name LIKE :name /*?*/
ORDER BY /*: sort id */ u.id /*: name = u.name DESC, u.id :*/, o.id;
