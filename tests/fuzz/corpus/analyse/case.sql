SELECT CASE WHEN b IS NULL THEN 'n' WHEN b > 0 THEN b ELSE c END, CASE a WHEN 'a' THEN 1 END, iif(b, a, d), nullif(b, 1), coalesce(b, c, d, 'x'), ifnull(c, 0) FROM t
