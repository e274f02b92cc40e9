-- name: l :many
SELECT id IN (:a[]) AS x, h NOT IN ($b[]) AS y FROM t WHERE d IN (@c[]) OR (e IN (?[]) AND f NOT IN (?4[]));
