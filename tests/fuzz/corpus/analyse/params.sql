SELECT :a, ?2, @b, $c, ?; SELECT a FROM t WHERE b = :b AND c > :c OR a LIKE :a || '%'; SELECT coalesce(:x, b) FROM t; SELECT :n + 1, -:n, NOT :n
