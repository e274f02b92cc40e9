UPDATE t SET b = b + :d WHERE id = :id RETURNING *; UPDATE t SET a = u.x FROM u WHERE u.t_id = t.id RETURNING a; UPDATE s SET v = :v WHERE i = 1
