-- name: search :many
SELECT id, a FROM t WHERE b > :least
  /*? a */ AND a = :a /*?*/ /*? ids */ AND id IN (:ids[]) /*?*/ /*? h */ AND h LIKE :h /*? c */ AND c > :c /*?*/ /*?*/
ORDER BY /*: sort newest */ c DESC, id /*: title = a, id :*/ /*: none = 1 :*/ LIMIT :n;
