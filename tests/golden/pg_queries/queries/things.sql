-- name: thing_add :one
INSERT INTO things (i2, i4, f4, f8, flag, t, v, b, at, day, clock, span, u, j, jb, n, m, p, tags,
                    nums, moods)
VALUES (:i2, :i4, :f4, :f8, :flag, :t, :v, :b, :at, :day, :clock, :span, :u, :j, :jb, :n, :m, :p,
        :tags, :nums, :moods)
RETURNING id;

-- name: thing_list :many
SELECT id, i2, i4, f4, f8, flag, t, v, b, at, day, clock, span, u, j, jb, n, m, p, tags, nums, moods
FROM things WHERE id IN (:ids[]) AND m IN (:moods[]) ORDER BY id;

-- Rows of texts: inet has no other form here.
-- name: thing_net :optional
SELECT id, net, b, at, n, tags FROM things WHERE net <<= :net;

-- name: thing_all :many
SELECT * FROM things ORDER BY id;

-- name: thing_first :optional
SELECT * FROM things ORDER BY id LIMIT 1;

-- name: thing_count :one
SELECT count(*) AS n FROM things
WHERE true /*? m */ AND m = :m /*?*/ /*? least */ AND i4 >= :least /*?*/
  /*? days */ AND day = ANY(:days) /*?*/;

-- name: thing_put :bulk
INSERT INTO things (i4, f8, t, m) VALUES (:i4, 0, :t, :m) RETURNING id;

-- name: thing_rename :exec
UPDATE things SET t = :t WHERE id = :id;

-- name: thing_clear :exec
DELETE FROM things;

-- name: thing_days :many
SELECT DISTINCT day FROM things WHERE day IN (:days[]) AND u NOT IN (:uuids[]) ORDER BY day;

-- name: thing_moods :batch
SELECT id, n, t FROM things WHERE m = :m AND id > :after ORDER BY id;

-- name: thing_retitle :batch
UPDATE things SET t = :t WHERE id = :id;

-- name: arrays_back :one
SELECT :blobs::bytea[] AS blobs, :jsons::jsonb[] AS jsons, :numbers::numeric[] AS numbers,
       :spans::interval[] AS spans;
