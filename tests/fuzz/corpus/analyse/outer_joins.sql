SELECT t.a, u.x, u.z FROM t LEFT JOIN u ON u.t_id = t.id; SELECT t.a, u.z FROM u RIGHT JOIN t ON u.t_id = t.id WHERE u.id > 0; SELECT a, z FROM t FULL JOIN u ON t_id = t.id
