SELECT a = b, a IS b, a IS NOT NULL, b ISNULL, a LIKE 'a%', a GLOB '*', a NOT LIKE :p ESCAPE '\', b NOT BETWEEN 1 AND c, a IN (), NOT b, b IS TRUE, c IS NOT FALSE, a COLLATE NOCASE = h FROM t
