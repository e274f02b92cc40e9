-- name: by_ids :many
-- returns found
SELECT id FROM items WHERE id IN (:ids[]) ORDER BY id;

-- name: but_ids :many
-- returns found
SELECT id FROM items WHERE id NOT IN (:ids[]) ORDER BY id;

-- name: by_names :many
-- returns found
SELECT id FROM items WHERE name IN (:names[]) ORDER BY id;

-- name: but_names :many
-- returns found
SELECT id FROM items WHERE name NOT IN (:names[]) ORDER BY id;

-- name: by_codes :many
-- returns found
SELECT id FROM items WHERE code IN (:codes[]) ORDER BY id;

-- name: by_kinds :many
-- returns found
SELECT id FROM items WHERE kind IN (:kinds[]) ORDER BY id;

-- name: open_by_kinds :many
-- returns found
SELECT id FROM open_items WHERE sort IN (:kinds[]) AND owner NOT IN (:owners[]) ORDER BY id;

-- name: by_done :many
-- returns found
SELECT id FROM items WHERE done IN (:done[]) ORDER BY id;

-- name: by_times :many
-- returns found
SELECT id FROM items WHERE made IN (:made[]) OR seen IN (:seen[]) ORDER BY id;

-- name: by_docs :many
-- returns found
SELECT id FROM items WHERE doc IN (:docs[]) ORDER BY id;

-- name: by_weights :many
-- returns found
SELECT id FROM items WHERE weight IN (:weights[]) ORDER BY id;

-- name: by_amounts :many
-- returns found
SELECT id FROM items WHERE amount IN (:amounts[]) ORDER BY id;

-- One list twice, beside parameters that are none: in a struct.
-- name: by_all :many
SELECT id, name FROM items
WHERE id IN (:ids[]) AND (weight > :least OR id NOT IN (:ids[]) OR name IN (:names[])) AND kind <> :not
ORDER BY id;

-- name: first_of :optional
SELECT id, kind FROM items WHERE owner IN (:owners[]) ORDER BY id LIMIT 1;

-- name: count_of :one
SELECT count(*) FILTER (WHERE id IN (:ids[])) AS n, count(*) AS total FROM items;

-- name: remove_ids :exec
DELETE FROM items WHERE id IN (:ids[]);
