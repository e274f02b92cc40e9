-- name: sample_find :optional
SELECT * FROM samples WHERE id = :id;

-- name: sample_add :one
INSERT INTO samples (i, i8, point, r, d, t, v, b, on_, at, ts, doc, j, n, s, bare, flag, at_ms,
                     at_rfc, "two words", class)
VALUES (:i, :i8, :point, :r, :d, :t, :v, :b, :on_, :at, :ts, :doc, :j, :n, :s, :bare, :flag,
        :at_ms, :at_rfc, :two_words, :class)
RETURNING id;

-- name: sample_move :optional
UPDATE samples SET r = :r, point = :point WHERE id = :id RETURNING *;

-- name: descending_list :many
SELECT * FROM descending;

-- name: int_key_list :many
SELECT * FROM int_key;

-- name: text_key_list :many
SELECT * FROM text_key;

-- name: strict_list :many
SELECT * FROM strict_one;

-- name: note_search :many
-- column body text not null
SELECT rowid, body FROM notes WHERE notes MATCH :query;
