SELECT b AS x, x + 1 FROM t; SELECT b + 1 AS x FROM t WHERE x > 1 GROUP BY x HAVING x < 9 ORDER BY x, -x; SELECT a AS "two words", b [c], c 'd' FROM t AS "t t"
