-- name: a :many
-- embed u users, o? orders
-- embed default?
-- group by u.id, u.kind
SELECT u.*, o.* FROM users u LEFT JOIN orders o ORDER BY u.id;

-- name: b :many
-- embed
-- embed ,
-- embed ?
-- embed u,,o
-- embed u?? x
-- embed u users orders
-- embed größe?größe , $a
-- group by
-- group by u
-- group by u.
-- group by .id
-- group by u.id,
-- group  by	u.id , u.größe
-- groupby u.id
SELECT 1 -- embed v
-- group by v.id
AS x;
-- embed w
