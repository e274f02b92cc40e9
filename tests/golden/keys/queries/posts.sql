-- name: user_add :one
INSERT INTO users (id, name, invited_by) VALUES (:id, :name, :invited_by) RETURNING id, invited_by;

-- name: user_find :optional
SELECT * FROM users WHERE id = :id;

-- name: post_add :one
INSERT INTO posts (user_id, editor_id, reply_to, legacy_id, title)
VALUES (:user_id, :editor_id, :reply_to, :legacy_id, :title) RETURNING *;

-- name: post_list :many
SELECT id, title FROM posts WHERE user_id = :user_id AND id > :after ORDER BY id LIMIT :count;

-- name: author_list :many
SELECT * FROM authors WHERE author_id = :author;

-- name: post_roots :many
SELECT p.id, coalesce(p.reply_to, p.id) AS root, max(p.user_id, p.editor_id) AS later,
       CASE WHEN p.editor_id IS NULL THEN p.user_id ELSE p.editor_id END AS hand, r.user_id AS other
FROM posts AS p LEFT JOIN posts AS r ON r.id = p.reply_to;

-- name: post_thread :many
WITH RECURSIVE up (id, reply_to) AS (
    SELECT id, reply_to FROM posts WHERE id = :id
    UNION SELECT p.id, p.reply_to FROM up JOIN posts AS p ON p.id = up.reply_to
)
SELECT id FROM up;

-- name: post_plain :one
-- column u int
SELECT max(id) AS last, max(id) + 1 AS next, coalesce(max(reply_to), 0) AS reply, max(user_id) AS u,
       last_insert_rowid() AS inserted
FROM posts;

-- name: either :many
SELECT id FROM users UNION SELECT id FROM posts WHERE id = :both OR user_id = :both;

-- name: share_add :exec
INSERT INTO shares (user_id, post_id) VALUES (:user_id, :post_id);

-- name: view_add :exec
INSERT INTO views (reader, post, seconds) VALUES (:reader, :post, :seconds);

-- name: view_sum :optional
SELECT reader, post, sum(seconds) AS seconds FROM views WHERE reader = :reader GROUP BY reader, post;

-- name: place_add :one
INSERT INTO places (weight, within) VALUES (:weight, :within) RETURNING id, within;
