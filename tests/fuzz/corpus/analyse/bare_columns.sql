SELECT a, min(id) FROM t WHERE id > 99; SELECT a || b, count(*) FROM t; SELECT t.g, max(u.y), u.z FROM t LEFT JOIN u ON u.t_id = t.id GROUP BY t.id
