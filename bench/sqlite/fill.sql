-- 100,000 rows: a third of the notes is NULL, some are empty, the rest is text.
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
INSERT INTO items
SELECT i, 'title of item number ' || i, CASE i % 4 WHEN 0 THEN 'done' ELSE 'pending' END,
    i % 10, i * 1.25,
    CASE WHEN i % 3 = 0 THEN NULL WHEN i % 7 = 0 THEN '' ELSE 'a note on item ' || i END
FROM n;
ANALYZE;
