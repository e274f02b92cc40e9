-- allow param-type "above"
-- name: a :one
-- allow param-type "why not"
-- allow param-typ "x"
-- allow param-type
-- allow
-- allow param-type "
-- allow param-type ""
-- alow param-type "x" y "z"
SELECT :x AS x -- allow unused-column "within"
;
-- allow unused-query "behind"
