SELECT (a, b) = ('a', 1), (id, b) < (2, 3), (id, a) IS NOT (1, NULL), (1, 2) IN (SELECT id, b FROM t) FROM t; UPDATE t SET (a, b) = (SELECT x, y FROM u) RETURNING a, b
