-- Parts that their parameters switch, one that a flag switches, a list, and a choice.
-- name: search :many
SELECT * FROM tasks
WHERE weight > :least
  /*? status */ AND status = :status /*?*/
  /*? owner  */ AND owner IS NOT NULL AND (owner = :owner OR title = :owner) /*?*/
  /*? made   */ AND made >= :made /*?*/
  /*? parent */ AND parent = :parent /*?*/
  /*? ids    */ AND id IN (:ids[]) /*?*/
ORDER BY /*: sort newest */ made DESC, id /*: title = title, id DESC :*/ /*: heavy = weight DESC, id :*/
LIMIT :most;

-- A part within a part, one name at two places, a parameter in several parts and choices.
-- name: nested :many
/*? few */ WITH few AS (SELECT id FROM tasks WHERE weight < :limit) /*?*/
SELECT t.id, coalesce(t.owner, /*: who nobody */ 'nobody' /*: somebody = 'somebody' :*/) AS owner
FROM tasks t
WHERE 1
/*? few */ AND t.id IN (SELECT id FROM few) /*? inner */ AND t.weight > :limit - 3 /*?*/ /*?*/
/*? inner */ AND t.status <> :not /*?*/
/*? most */ AND t.weight <= :limit + 3 /*?*/
ORDER BY /*: sort up */ t.id /*: down = t.id DESC :*/ /*: odd = t.id % :limit, t.id :*/;

-- More parts than are checked in every combination.
-- name: many_parts :many
SELECT id FROM tasks WHERE 1
/*? a */ AND weight <> :a /*?*/ /*? b */ AND weight <> :b /*?*/ /*? c */ AND weight <> :c /*?*/
/*? d */ AND weight <> :d /*?*/ /*? e */ AND weight <> :e /*?*/ /*? f */ AND weight <> :f /*?*/
/*? g */ AND weight <> :g /*?*/ /*? open */ AND status = 'open' /*?*/ ORDER BY id;

-- NULL is a value of this one: a flag switches its part.
-- name: owned :one
SELECT count(*) AS n, min(/*: what weight */ weight /*: id = id :*/) AS least FROM tasks
WHERE 1 /*? owner */ AND owner IS :owner /*?*/ /*? status */ AND status IN (:status, :other) /*?*/;

-- name: pick :optional
SELECT title, owner FROM tasks WHERE id = :id /*? status */ AND status = :status /*?*/;

-- What is proven in one text only is not proven: the row is none of the table's.
-- name: owners :many
SELECT owner FROM tasks /*? known */ WHERE owner IS NOT NULL /*?*/ ORDER BY id;

-- name: settle :exec
UPDATE tasks SET status = :to /*? weight */ , weight = :weight /*?*/
WHERE id > :after /*? from */ AND status = :from /*?*/;
