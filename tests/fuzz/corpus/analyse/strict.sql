SELECT i, r, x, v, v + 1 FROM s; SELECT max(v), min(r) FROM s WHERE i = ?1 AND x = ?2
