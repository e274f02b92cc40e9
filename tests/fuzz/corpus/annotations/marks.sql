-- name: search :many
SELECT id FROM tasks WHERE weight > :least
  /*? status */ AND status = :status /*?*/ /*? a */ AND /*? b */ id IN (:ids[]) AND /*?*/ 1 /*?*/
ORDER BY /*: sort newest */ made DESC, id /*: title = title, id :*/ /*: none = 1 :*/ /*:*/ LIMIT :n;

-- name: open :many
SELECT 1 /*? a */ , 2;

-- name: ends :one
SELECT 1 /*?*/;

-- name: alone :exec
DELETE FROM x ORDER BY /*: s x */ 1 /*: y = 'a' */;

-- name: odd :bulk
/*:*/ /*?*/ /*: a = -- :*/ /*: a = ; :*/ /*: a = /* :*/ /*? a=b */ /*: a b */ /*: c d */;
