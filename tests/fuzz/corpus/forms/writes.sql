-- name: add :bulk
INSERT INTO u (t_id, x, y) VALUES (:t_id, :x, :y) ON CONFLICT (t_id, y) DO UPDATE SET x = excluded.x RETURNING *;

-- name: set :exec
UPDATE t SET a = :a /*? b */ , b = :b /*?*/ WHERE id IN (:ids[]) /*? g */ AND g /*?*/;

-- name: drop :bulk
DELETE FROM w WHERE k IN (:k[]) AND n > ?1;
