VALUES (1, 'a'), (NULL, 2.5); SELECT column1 + 1 FROM (VALUES (1), ('2'), (x'33')); SELECT * FROM t WHERE (id, a) IN (VALUES (1, 'a'), (2, ''))
