-- SPDX-License-Identifier: MIT
-- What is said in a session: to all of it, or to one instance.

-- name: message_add :bulk
-- param timestamp timestamp nullable
INSERT INTO chat_messages (id, session_id, role, content, timestamp, instance_id)
VALUES (:id, :session_id, :role, :content,
        strftime('%Y-%m-%dT%H:%M:%fZ', coalesce(:timestamp, 'now')),
        :instance_id);

-- name: message_list :many
SELECT * FROM chat_messages WHERE session_id = :session_id ORDER BY timestamp, rowid;

-- Of every session, the last one first.
-- name: message_recent :many
SELECT * FROM chat_messages ORDER BY timestamp DESC, rowid DESC LIMIT :limit;

-- The session that it belongs to, which has changed with it.
-- name: message_edit :optional
UPDATE chat_messages SET content = :content WHERE id = :id RETURNING session_id;

-- name: message_counts :many
SELECT role, count(*) AS total FROM chat_messages GROUP BY role ORDER BY role;
