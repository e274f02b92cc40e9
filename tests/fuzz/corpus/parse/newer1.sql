SELECT group_concat(a, ',' ORDER BY b DESC, c) FROM t;
SELECT sum(DISTINCT a ORDER BY b) FILTER (WHERE a) OVER () FROM t;
SELECT 1_000_000, 0x1f_ff, 1.5_0e1_0;
SELECT left(a, 1), right(a, 1), full(1) FROM t;
SELECT RAISE(ABORT, 'no ' || 1);
