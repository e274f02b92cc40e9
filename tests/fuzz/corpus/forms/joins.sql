-- name: q :one
SELECT t.a AS a, coalesce(u.x, /*: c p */ 'p' /*: q = :q :*/) AS x FROM t /*? l */ LEFT /*?*/ JOIN u ON u.t_id = t.id
WHERE t.id = :id /*? x */ AND u.x NOT IN (:x[]) /*?*/;
