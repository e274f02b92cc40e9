-- name: a :many
SELECT id /*? a */ , a /*?*/ FROM t;
-- name: b :many
SELECT * FROM t /*? j */ JOIN u ON u.t_id = t.id /*?*/;
-- name: c :many
SELECT id FROM t WHERE /*? x */ id IN /*?*/ (:l[]);
-- name: d :many
SELECT id FROM t WHERE /*: c a */ id = :p /*: b = a = :p :*/ /*? e */ AND nope /*?*/;
-- name: e :many
SELECT id FROM t ORDER BY /*: c a */ id /*: b = id /* :*/ LIMIT 1;
