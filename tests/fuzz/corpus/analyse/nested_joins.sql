SELECT * FROM t LEFT JOIN (u JOIN w ON w.n = u.y) ON u.t_id = t.id; SELECT w.n FROM (t LEFT JOIN u ON t_id = t.id) LEFT JOIN w ON w.n = y WHERE w.n IS NOT NULL
