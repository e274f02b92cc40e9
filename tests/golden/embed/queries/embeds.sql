-- Relations as members: whole, absent, twice the same table, through a view.

-- name: user_orders :many
-- embed u users, o? orders
SELECT u.*, o.*, count(*) OVER () AS total
FROM users u
LEFT JOIN orders o ON o.user_id = u.id
ORDER BY u.id, o.id;

-- name: order_users :many
-- embed u?, o
SELECT u.*, o.*
FROM users u
RIGHT JOIN orders o ON o.user_id = u.id
ORDER BY o.id;

-- name: all_sides :many
-- embed u?, o?
SELECT u.*, o.*
FROM users u
FULL JOIN orders o ON o.user_id = u.id
ORDER BY u.id, o.id;

-- name: bosses :many
-- embed u, default? users
SELECT u.*, "default".*
FROM users u
LEFT JOIN users AS "default" ON "default".id = u.boss
ORDER BY u.id;

-- name: line_find :optional
-- embed o orders, l lines
-- returns order_line
SELECT o.*, l.*
FROM orders o
JOIN lines l ON l.order_id = o.id
WHERE o.id = :id AND l.number = :number;

-- name: first_lines :many
-- embed o orders, l lines
-- returns order_line
SELECT o.*, l.*
FROM orders o
JOIN lines l ON l.order_id = o.id
WHERE l.number = 1
ORDER BY o.id;

-- name: buyer_find :optional
-- embed b users
SELECT b.*, b.id + 0 AS number FROM buyers b WHERE b.id = :id LIMIT 1;
