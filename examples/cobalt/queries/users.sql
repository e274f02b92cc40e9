-- SPDX-License-Identifier: MIT
-- Users. `updated_at` is the version of a row, too: every change of it is later than the one before, even
-- within one transaction and when the clock has been set back. So whoever has read a row can say which one.

-- name: user_create :one
INSERT INTO users (username, email, password_hash, role)
VALUES (:username, :email, :password_hash, :role)
RETURNING *;

-- name: user_find :optional
SELECT * FROM users WHERE id = :id;

-- name: user_find_by_username :optional
SELECT * FROM users WHERE username = :username;

-- Nobody changes it, nor what hangs on it, until the transaction ends.
-- name: user_lock :optional
SELECT * FROM users WHERE id = :id FOR UPDATE;

-- Two of them, always in the same order, whoever asks: so that two who want the same two do not wait for
-- each other.
-- name: user_lock_both :many
SELECT * FROM users WHERE id IN (:from, :to) ORDER BY id FOR UPDATE;

-- name: user_list_active :many
SELECT * FROM users WHERE disabled_at IS NULL ORDER BY created_at, id;

-- A page. What is not asked for is not in the statement.
-- name: user_search :many
SELECT * FROM users
WHERE TRUE
  /*? active         */ AND disabled_at IS NULL /*?*/
  /*? role           */ AND role = :role /*?*/
  /*? email_verified */ AND email_verified = :email_verified /*?*/
ORDER BY /*: sort oldest */ created_at, id
         /*: newest = created_at DESC, id DESC :*/
         /*: username = username :*/
LIMIT :limit OFFSET :offset;

-- Of all pages.
-- name: user_count :one
SELECT count(*) AS total FROM users
WHERE TRUE
  /*? active         */ AND disabled_at IS NULL /*?*/
  /*? role           */ AND role = :role /*?*/
  /*? email_verified */ AND email_verified = :email_verified /*?*/;

-- name: user_names :many
SELECT username FROM users ORDER BY username;

-- Users with their tokens, those without any included: one query, whatever their number.
-- name: user_with_tokens :many
-- embed user, tokens?
-- group by user.id
SELECT "user".*, tokens.*
FROM users AS "user"
LEFT JOIN refresh_tokens AS tokens ON tokens.user_id = "user".id
ORDER BY "user".id, tokens.created_at, tokens.id;

-- With `seen`, only the version that was read then. An address that is new has not been verified.
-- name: user_update_email :optional
UPDATE users
SET email = :email,
    email_verified = FALSE,
    updated_at = greatest(clock_timestamp(), updated_at + interval '1 microsecond')
WHERE id = :id /*? seen */ AND updated_at = :seen /*?*/
RETURNING *;

-- name: user_set_role :optional
UPDATE users
SET role = :role,
    updated_at = greatest(clock_timestamp(), updated_at + interval '1 microsecond')
WHERE id = :id
RETURNING *;

-- name: user_disable :optional
UPDATE users
SET disabled_at = coalesce(disabled_at, now()),
    updated_at = greatest(clock_timestamp(), updated_at + interval '1 microsecond')
WHERE id = :id
RETURNING *;

-- name: user_enable :optional
UPDATE users
SET disabled_at = NULL,
    updated_at = greatest(clock_timestamp(), updated_at + interval '1 microsecond')
WHERE id = :id
RETURNING *;

-- With all that hangs on it.
-- name: user_delete :exec
DELETE FROM users WHERE id = :id;

-- name: admin_count_others :one
SELECT count(*) AS total FROM users WHERE role = 'admin' AND disabled_at IS NULL AND id <> :id;
