-- name: q :many
/*? x */ WITH x AS (SELECT k FROM w) /*?*/ SELECT * FROM u WHERE 1 /*? x */ AND x IN (SELECT k FROM x) /*?*/
/*? g */ GROUP BY y HAVING count(*) > :n /*?*/;
