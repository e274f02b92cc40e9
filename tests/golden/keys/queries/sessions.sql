-- name: session_open :one
INSERT INTO sessions (token, user_id, parent, note) VALUES (:token, :user_id, :parent, :note)
RETURNING *;

-- name: session_parent :optional
SELECT parent FROM sessions WHERE token = :token;

-- name: session_move :exec
UPDATE sessions SET user_id = :to WHERE token = :token AND user_id IS :from;

-- name: file_put :exec
INSERT INTO files (hash, previous, session) VALUES (:hash, :previous, :session);

-- name: file_list :many
SELECT * FROM files WHERE session IS :session ORDER BY hash;

-- name: session_named :many
-- column label session_token
-- param name session_token
SELECT note || '' AS label FROM sessions WHERE note = :name;
