-- name: post_with_user :many
SELECT p.*, u.name AS user_name FROM posts AS p JOIN users AS u ON u.id = p.user_id WHERE u.id = ?;

-- name: post_top :many
-- param 1 least
-- param 2 most
-- returns post_head
SELECT id, title FROM posts WHERE score BETWEEN ? AND ? ORDER BY score DESC;

-- name: post_head_find :one
-- returns post_head
SELECT id, title FROM posts WHERE id = $id;

-- name: post_count :one
-- column total int not null
-- column mean real
-- column class any
SELECT count(*) AS total, avg(score) AS mean, max(title) AS class FROM posts WHERE user_id = @user;

-- name: post_claim :optional
UPDATE posts
SET score = score + 1
WHERE id = (SELECT id FROM posts WHERE user_id = :user ORDER BY id LIMIT 1)
RETURNING id, score;
