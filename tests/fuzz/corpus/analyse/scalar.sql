SELECT (SELECT x FROM u WHERE u.t_id = t.id), (SELECT count(*) FROM u), EXISTS (SELECT 1 FROM u) FROM t; SELECT (SELECT a FROM t WHERE id = 1), (SELECT max(y) FROM u WHERE t_id = :id)
