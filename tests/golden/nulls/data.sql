-- Rows by chance; the test puts the seed in.
SELECT setseed(:seed);
TRUNCATE a, b, e, par, child, part, tr, sec, two, col, ruled, log;
INSERT INTO a (id, n, m, p, w, c, mo, tags, doc, at, d, r, f, q, u, i, ok)
SELECT i, CASE WHEN random() < 0.6 THEN chr(97 + i) END, (random() * 4)::int - 1,
    CASE WHEN random() < 0.6 THEN i END, 'w' || i,
    CASE WHEN random() < 0.6 THEN ROW(CASE WHEN random() < 0.6 THEN i END,
        CASE WHEN random() < 0.6 THEN 'c' END)::pair END,
    CASE WHEN random() < 0.6 THEN 'ok'::mood END,
    CASE WHEN random() < 0.3 THEN '{}' WHEN random() < 0.5 THEN '{x,NULL}' ELSE '{x,y}' END::text[],
    (ARRAY['{}', '{"k": null}', '{"k": 1, "l": [1, null]}', '[]', 'null'])[1 + (random() * 4.99)::int % 5]::jsonb,
    (ARRAY['infinity', '-infinity', '2020-02-29 12:00Z'])[1 + (random() * 2.99)::int % 3]::timestamptz,
    (ARRAY[NULL, 'infinity', '2021-01-01'])[1 + (random() * 2.99)::int % 3]::date,
    (ARRAY['empty', '(,)', '[1,5)', '[2,)'])[1 + (random() * 3.99)::int % 4]::int4range,
    (ARRAY['NaN', 'Infinity', '0', '1.5'])[1 + (random() * 3.99)::int % 4]::float8,
    (ARRAY['NaN', '0', '2.50'])[1 + (random() * 2.99)::int % 3]::numeric,
    CASE WHEN random() < 0.7 THEN 'u' || i END,
    (ARRAY['0', '1 day', '-1 year 3 hours'])[1 + (random() * 2.99)::int % 3]::interval,
    CASE WHEN random() < 0.7 THEN random() < 0.5 END
FROM generate_series(1, (random() * 6)::int) i;
INSERT INTO a (id, m, w, tags, doc, at, r, f, q, i)
SELECT 100, 0, l.w, '{}', '{}', 'epoch', 'empty', 0, 0, '0' FROM (SELECT 1) s LEFT JOIN a l ON false
WHERE random() < 0.5;
INSERT INTO b SELECT i, (SELECT id FROM a ORDER BY random() LIMIT 1), 'x' || i,
    CASE WHEN random() < 0.6 THEN (random() * 4)::int END
FROM generate_series(1, (random() * 6)::int) i;
UPDATE b SET a_id = NULL WHERE random() < 0.3;
INSERT INTO e SELECT x, y, CASE WHEN random() < 0.6 THEN x + y END
FROM generate_series(1, 3) x, generate_series(1, 3) y WHERE random() < 0.7;
INSERT INTO par SELECT i, i FROM generate_series(1, 2) i;
INSERT INTO child SELECT i, CASE WHEN random() < 0.5 THEN i END FROM generate_series(3, 5) i;
INSERT INTO part SELECT i, i, CASE WHEN random() < 0.5 THEN 'z' END FROM generate_series(1, 6) i;
INSERT INTO tr SELECT i, i, 'z' FROM generate_series(1, 3) i;
INSERT INTO sec SELECT i, CASE WHEN random() < 0.5 THEN i END, 'postgres' FROM generate_series(1, 3) i;
INSERT INTO two SELECT i, CASE WHEN random() < 0.6 THEN i END, CASE WHEN random() < 0.6 THEN i END, i
FROM generate_series(1, 4) i;
INSERT INTO col SELECT chr(96 + i), chr(96 + i), i FROM generate_series(1, 3) i;
INSERT INTO ruled SELECT i, CASE WHEN random() < 0.5 THEN i END FROM generate_series(1, 3) i;
REFRESH MATERIALIZED VIEW mv;
SELECT nextval('seq');
