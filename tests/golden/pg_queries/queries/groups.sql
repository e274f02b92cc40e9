-- name: user_notes :many
-- embed u users, n? notes
-- group by u.id
SELECT u.*, n.* FROM users u LEFT JOIN notes n ON n.user_id = u.id ORDER BY u.id, n.id;

-- name: user_prices :optional
-- group by u.id
SELECT u.id, u.name, n.price, n.body FROM users u JOIN notes n ON n.user_id = u.id
WHERE u.id = :id ORDER BY u.id, n.id;

-- The group has a numeric, which is made and not borrowed.
-- name: note_pairs :many
-- group by n.id
SELECT n.id, n.price, m.id AS other, m.price AS other_price
FROM notes n JOIN notes m ON m.id <> n.id ORDER BY n.id, m.id;
