-- name: number_stream :many
-- stream
SELECT i, i::text AS word FROM (SELECT generate_series(1, :count::bigint) AS i) AS numbers;

-- name: ratio_stream :many
-- stream
SELECT 1 / (500 - i) AS ratio, i FROM generate_series(1, :count::bigint) AS i;

-- name: thing_stream :many
-- stream
SELECT * FROM things
WHERE m IN (:moods[]) /*? least */ AND i4 >= :least /*?*/
ORDER BY /*: sort old */ id /*: young = id DESC :*/;

-- name: note_stream :many
-- stream
-- embed u users, n? notes
-- group by u.id
SELECT u.*, n.* FROM users u LEFT JOIN notes n ON n.user_id = u.id ORDER BY u.id, n.id;

-- The group has a numeric, which is made and not borrowed.
-- name: pair_stream :many
-- stream
-- group by n.id
SELECT n.id, n.price, m.id AS other, m.price AS other_price
FROM notes n JOIN notes m ON m.id <> n.id ORDER BY n.id, m.id;

-- name: user_drop :many
-- stream
DELETE FROM users WHERE id > :id RETURNING id, name;

-- name: slow_stream :many
-- stream
SELECT i, repeat('x', 10000) AS filler FROM generate_series(1, :count::bigint) AS i
WHERE pg_sleep(:seconds) IS NOT NULL;

-- It writes by a function: to be stopped would undo that.
-- name: object_stream :many
-- stream
SELECT lo_create(0) AS id, repeat('x', 10000) AS filler FROM generate_series(1, :count::bigint);
