-- 100,000 rows: a third of the notes is NULL, some are empty, the rest is text.
INSERT INTO items
SELECT i, 'title of item number ' || i, CASE i % 4 WHEN 0 THEN 'done' ELSE 'pending' END,
    i % 10, i * 1.25,
    CASE WHEN i % 3 = 0 THEN NULL WHEN i % 7 = 0 THEN '' ELSE 'a note on item ' || i END
FROM generate_series(1, 100000) AS n (i);
SELECT setval(pg_get_serial_sequence('items', 'id'), 100000);
VACUUM ANALYZE items;
