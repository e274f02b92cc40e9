-- The traps of the engine, one by one.
CREATE TABLE rowid_key (id INTEGER PRIMARY KEY, v TEXT);
CREATE TABLE int_key (id INT PRIMARY KEY, v TEXT);
CREATE TABLE desc_key (id INTEGER PRIMARY KEY DESC, v TEXT);
CREATE TABLE text_key (id TEXT PRIMARY KEY, v INTEGER);
CREATE TABLE pair_key (a INTEGER, b INTEGER, c TEXT, PRIMARY KEY (a, b));
CREATE TABLE pair_norow (a INTEGER, b INTEGER, c TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID;
CREATE TABLE nocase_key (id TEXT PRIMARY KEY COLLATE NOCASE, v INTEGER NOT NULL);
CREATE TABLE odd (f FLOATING POINT NOT NULL, s STRING NOT NULL, d DECIMAL(10,2) NOT NULL, b BOOLEAN NOT NULL, t DATETIME NOT NULL, a ANY NOT NULL, n NOT NULL, bl BLOB NOT NULL, c CHARINT NOT NULL, v VARCHAR(5) NOT NULL, r DOUBLE PRECISION NOT NULL);
CREATE TABLE odd_strict (a ANY NOT NULL, i INT NOT NULL, x ANY) STRICT;
CREATE TABLE strict_key (id TEXT PRIMARY KEY, x INT UNIQUE) STRICT;
CREATE TABLE n (i INTEGER, r REAL, t TEXT, b BLOB);
CREATE TABLE m (i INTEGER NOT NULL, r REAL NOT NULL, t TEXT NOT NULL, b BLOB NOT NULL);
CREATE TABLE gen (a INTEGER NOT NULL, b INTEGER, s TEXT AS (CAST(a AS TEXT)) STORED NOT NULL, v INTEGER AS (b + 1) VIRTUAL);
CREATE TABLE defaulted (id INTEGER PRIMARY KEY, x INTEGER NOT NULL DEFAULT 5, y TEXT DEFAULT 'y', z INTEGER NOT NULL DEFAULT NULL);
CREATE TABLE replaced (id INTEGER PRIMARY KEY, x INTEGER NOT NULL ON CONFLICT REPLACE DEFAULT 1);
CREATE TABLE "select" ("from" INTEGER NOT NULL, "größe" TEXT, "a""b" REAL, rowid TEXT);
CREATE TABLE real_first (r REAL NOT NULL, i INTEGER NOT NULL);
CREATE TABLE real_last (i INTEGER NOT NULL, r REAL NOT NULL);
CREATE TABLE partial (a INTEGER, b INTEGER);
CREATE UNIQUE INDEX partial_a ON partial (a) WHERE b IS NOT NULL;
CREATE UNIQUE INDEX partial_b ON partial (b COLLATE NOCASE);
-- queries
SELECT id FROM rowid_key; -- expect: id int
SELECT id FROM int_key; -- expect: id int?
SELECT id FROM desc_key; -- expect: id int?
SELECT rowid FROM desc_key; -- expect: rowid int
SELECT id FROM text_key; -- expect: id text?
SELECT a, b FROM pair_key; -- expect: a int?, b int?
SELECT a, b FROM pair_norow; -- expect: a int, b int
SELECT id, x FROM strict_key; -- expect: id text, x int?
SELECT v FROM rowid_key WHERE id = ?; -- expect: v text?; single
SELECT v FROM rowid_key WHERE rowid = ?; -- expect: v text?; single
SELECT v FROM rowid_key WHERE id IS ?; -- expect: v text?
SELECT v FROM int_key WHERE id = ?; -- expect: v text?; single
SELECT v FROM int_key WHERE id IS NULL; -- expect: v text?; -
SELECT v FROM desc_key WHERE id = 1; -- expect: v text?; single
SELECT c FROM pair_key WHERE a = 1 AND b = 2; -- expect: c text?; single
SELECT c FROM pair_key WHERE a = 1 OR b = 2; -- expect: c text?; -
SELECT c FROM pair_key WHERE (a, b) = (1, 2); -- expect: c text?
SELECT v FROM nocase_key WHERE id = ?; -- expect: v int; single
SELECT v FROM nocase_key WHERE id = ? COLLATE NOCASE; -- expect: v int; single
SELECT v FROM text_key WHERE id = 'a' COLLATE NOCASE; -- expect: v int?; single
SELECT v FROM text_key WHERE id COLLATE NOCASE = 'a'; -- expect: v int?; -
SELECT v FROM text_key WHERE id = 1; -- expect: v int?; single
SELECT v FROM text_key, n WHERE id = n.i; -- expect: v int?; -
SELECT x.v FROM text_key x JOIN rowid_key y ON x.id = y.id WHERE y.id = 1; -- expect: v int?; -
SELECT x.v FROM text_key x WHERE +x.id = 1; -- expect: v int?
SELECT b FROM partial WHERE a = 1; -- expect: b int?; -
SELECT b FROM partial WHERE a = 1 AND b IS NOT NULL; -- expect: b int
SELECT b FROM partial WHERE b = 1; -- expect: b int
SELECT * FROM odd; -- expect: f int, s any, d any, b int, t any, a any, n any, bl blob, c int, v text, r real
SELECT * FROM odd_strict; -- expect: a any, i int, x any?
SELECT * FROM gen; -- expect: a int, b int?, s text, v int?
SELECT * FROM "select"; -- expect: from int, größe text?, a"b real?, rowid text?
SELECT _rowid_ FROM "select"; -- expect: rowid int
SELECT rowid FROM "select"; -- expect: rowid text?
SELECT 1/0 AS a, 1%0 AS b, 1/2 AS c, 1.0/2 AS d, 5 % 2.5 AS e; -- expect: a null, b null, c int, d real, e real; single row
SELECT unicode(t) AS u, sign(t) AS s FROM m; -- expect: u int?, s int?
SELECT sqrt(r) AS q, ln(r) AS l FROM m; -- expect: q real?, l real?
SELECT date(t) AS d, julianday(t) AS j, strftime('%s', t) AS s FROM m; -- expect: d text?, j real?, s text?
SELECT hex(b) AS h, hex(NULL) AS e, quote(NULL) AS q, typeof(i) AS t FROM n; -- expect: h text, e text, q text, t text
SELECT printf('%d', NULL) AS p, printf(NULL) AS z FROM n; -- expect: p text, z null
SELECT max(i, 1) AS a, min(t, 'x') AS b FROM n; -- expect: a int?, b text?
SELECT max(i) AS a, min(t) AS b FROM m; -- expect: a int?, b text?; single row
SELECT NULL IN () AS a, NULL IN (1) AS b, 1 IN (NULL) AS c, 1 IN (1, NULL) AS d, 1 NOT IN () AS e; -- expect: a int, b null, c null, d int, e int; single row
SELECT i IN () AS a, i IN (1) AS b, i NOT IN (1, 2) AS c FROM n; -- expect: a int, b int?, c int?
SELECT i IN (1, 2) AS a, i IN (1, NULL) AS b FROM m; -- expect: a int, b int?
SELECT i IN (SELECT i FROM m) AS a, i IN (SELECT i FROM n) AS b FROM m; -- expect: a int, b int?
SELECT i = 1 AS a, i IS 1 AS b, i IS NULL AS c, i IS NOT NULL AS d FROM n; -- expect: a int?, b int, c int, d int
SELECT nullif(i, 0) AS a, nullif(t, '') AS b FROM m; -- expect: a int?, b text?
SELECT iif(i > 0, t, r) AS a, iif(i > 0, t, NULL) AS b FROM m; -- expect: a text|real, b text?
SELECT r + abs(r) AS a, r * 0 AS b, r - 1 AS c, -r AS d, r / 2 AS e, r / 0 AS f FROM m; -- expect: a real?, b real?, c real, d real, e real, f null
SELECT sum(r) AS a, total(r) AS b, avg(r) AS c FROM m; -- expect: a real?, b real?, c real?; single row
SELECT i, sum(r) AS a FROM m GROUP BY i; -- expect: i int, a real?
SELECT sum(t) AS a, total(t) AS b, sum(b) AS c FROM m; -- expect: a int|real?, b real?, c real?; single row
SELECT t + 0 AS a, t * 1.0 AS b, -t AS c, +t AS d FROM m; -- expect: a int|real, b real, c int|real, d text
SELECT t & 1 AS a, t << 1 AS b, ~t AS c, r | 1 AS d FROM m; -- expect: a int, b int, c int, d int
SELECT i || t AS a, b || b AS c, i || NULL AS d FROM m; -- expect: a text, c text, d null
SELECT CAST(t AS INTEGER) AS a, CAST(t AS REAL) AS b, CAST(t AS NUMERIC) AS c, CAST(b AS TEXT) AS d, CAST(i AS BLOB) AS e FROM m; -- expect: a int, b real, c int|real, d text, e blob
SELECT CAST(t AS FLOATING POINT) AS a, CAST(t AS STRING) AS b, CAST(i AS VARCHAR(3)) AS c FROM m; -- expect: a int, b int|real, c text
SELECT CAST(NULL AS INTEGER) AS a, CAST(i AS TEXT) AS b FROM n; -- expect: a null, b text?
SELECT abs(i) AS a, abs(r) AS b, abs(t) AS c, abs(NULL) AS d FROM m; -- expect: a int, b real, c real, d null
SELECT round(i) AS a, round(r, 1) AS b, round(t) AS c FROM m; -- expect: a real, b real, c real
SELECT ceil(i) AS a, ceil(r) AS b, floor(t) AS c FROM m; -- expect: a int, b real, c int|real?
SELECT count(i) AS a, count(DISTINCT t) AS b, count(*) FILTER (WHERE i > 0) AS c FROM n; -- expect: a int, b int, c int; single row
SELECT group_concat(i) AS a, json_group_array(i) AS b, json_group_object(t, i) AS c FROM m; -- expect: a text?, b text, c text; single row
SELECT i, t FROM n GROUP BY i HAVING i IS NOT NULL; -- expect: i int, t text?
SELECT x.i, y.i AS j FROM m x NATURAL LEFT JOIN n y; -- expect: i int, j int?
SELECT i, t FROM m LEFT JOIN n USING (i, t); -- expect: i int, t text
SELECT i FROM m FULL JOIN n USING (i); -- expect: i int?
SELECT i FROM m RIGHT JOIN n USING (i); -- expect: i int?
SELECT m.i, n.i AS ni FROM m FULL JOIN n USING (i); -- expect: i int?, ni int?
SELECT (SELECT count(m.i)) AS c FROM m; -- expect: c int; single row
SELECT (SELECT count(m.i) FROM n) AS c FROM m; -- expect: c int?; single row
SELECT (SELECT max(n.i) FROM n) AS a, (SELECT 1 WHERE 0) AS b, (SELECT i FROM m LIMIT 1) AS c; -- expect: a int?, b null, c int?; single row
VALUES (1, 'a'), (NULL, 2); -- expect: column1 int?, column2 text|int; row
WITH w AS (SELECT y.i, y.t FROM n x LEFT JOIN m y ON y.i = x.i) SELECT s.a, s.b FROM (SELECT w1.i AS a, w2.t AS b FROM w w1, w w2) s WHERE s.a IS NOT NULL; -- expect: a int, b text?
WITH w AS (SELECT y.i, y.t FROM n x LEFT JOIN m y ON y.i = x.i) SELECT s.a, s.b FROM (SELECT w1.i AS a, w1.t AS b FROM w w1, w w2) s WHERE s.a IS NOT NULL; -- expect: a int, b text
SELECT s.y FROM (SELECT CASE WHEN random() % 2 THEN 1 END AS y FROM m) s WHERE s.y IS NOT NULL; -- expect: y int?
SELECT s.y FROM (SELECT nullif(i, 1) AS y FROM m) s WHERE s.y IS NOT NULL; -- expect: y int
SELECT column1 FROM (VALUES (1), (2.5), ('x')); -- expect: column1 int|real|text; row
SELECT 1 AS x UNION SELECT NULL UNION SELECT 'a'; -- expect: x int|text?; row
SELECT 1 AS x LIMIT 0; -- expect: x int; single
SELECT TRUE AS a, FALSE AS b, CURRENT_TIMESTAMP AS c, x'00' AS d, 1e999 AS e, -0.0 AS f, 9223372036854775808 AS g, 0xff AS h; -- expect: a int, b int, c text, d blob, e real, f real, g real, h int; single row
SELECT x, y, z FROM defaulted; -- expect: x int, y text?, z int
SELECT x FROM replaced; -- expect: x int
INSERT INTO replaced (x) VALUES (?) RETURNING x; -- expect: x int; single
INSERT INTO int_key (id, v) VALUES (?, ?) RETURNING id, rowid; -- expect: id int?, rowid int; single
INSERT INTO rowid_key (id, v) VALUES (NULL, ?) RETURNING id; -- expect: id int; single
INSERT INTO gen (a, b) VALUES (?, ?) RETURNING s, v; -- expect: s text, v int?; single
INSERT INTO real_last (i, r) VALUES (?, ?) RETURNING i, r, (r) AS b, r + 0 AS c, typeof(r) AS d; -- expect: i int, r int|real, b int|real, c real, d text; single
INSERT INTO real_first (i, r) VALUES (?, ?) RETURNING i, r, i + 0 AS c; -- expect: i int|real, r real, c int; single
UPDATE real_last SET r = r + 1 RETURNING r; -- expect: r int|real
SELECT like('a%', t) AS a, t LIKE 'a%' AS b, t GLOB ? AS c FROM m; -- expect: a int, b int, c int
SELECT instr(t, 'a') AS a, replace(t, 'a', 'b') AS b, trim(t) AS c, substr(b, 1) AS d, char(i) AS e FROM m; -- expect: a int, b text, c text, d blob?, e text
SELECT zeroblob(2) AS a, randomblob(1) AS b, random() AS c, changes() AS d, last_insert_rowid() AS e; -- expect: a blob, b blob, c int, d int, e int; single row
SELECT length(t) AS a, length(b) AS c, length(i) AS d, length(NULL) AS e FROM m; -- expect: a int, c int, d int, e null
SELECT max(i) IN () AS x FROM n; -- expect: x any?; -
SELECT (count(*), 1) NOT IN () AS x FROM n; -- expect: x any?; -
UPDATE m AS z SET i = 1 WHERE z.t > '' RETURNING m.t; -- expect: t text
SELECT total(i) / count(*) AS q FROM m GROUP BY t; -- expect: q real
SELECT total(i) / count(*) AS q FROM m; -- expect: q real?
SELECT id, (SELECT total(i) / count(*) FROM m WHERE m.i = rowid_key.id) AS q FROM rowid_key; -- expect: id int, q real?
SELECT sum(i) / count(*) OVER (ORDER BY i ROWS BETWEEN 2 FOLLOWING AND 3 FOLLOWING) AS q FROM m GROUP BY i; -- expect: q int?
SELECT t.* FROM (SELECT 1 AS a) AS t, (SELECT 2 AS b) AS t; -- expect: a any?, b any?; -
SELECT n.* FROM n JOIN (n) USING (i, r, t, b); -- expect: i any?, r any?, t any?, b any?, i any?, r any?, t any?, b any?; -
SELECT n.* FROM n JOIN (n AS z) USING (i, r, t, b); -- expect: i any?, r any?, t any?, b any?, i any?, r any?, t any?, b any?; -
SELECT n.i, z.t FROM (m AS z) JOIN n USING (i); -- expect: i int, t text
