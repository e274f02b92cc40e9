/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_RICH_SCHEMA_H
#define TN_TEST_RICH_SCHEMA_H

/* A schema with one of everything, and rows for it: what tests/fuzz/corpus/analyse asks. */

static const char rich_schema[] =
    "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT NOT NULL, b INT, c REAL, d BLOB, e NUMERIC,"
    " f ANY, g BOOLEAN NOT NULL DEFAULT 0, h TEXT COLLATE NOCASE UNIQUE);"
    "CREATE TABLE u(id INTEGER PRIMARY KEY, t_id INT NOT NULL REFERENCES t(id), x TEXT, y INT,"
    " z REAL NOT NULL DEFAULT 1.5, UNIQUE (t_id, y));"
    "CREATE TABLE w(k TEXT PRIMARY KEY, n INT NOT NULL, o TEXT, p BLOB NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE s(i INTEGER NOT NULL, r REAL, x TEXT, v ANY, PRIMARY KEY (i, x)) STRICT;"
    "CREATE TABLE g(a INT, b INT NOT NULL, m TEXT, sum INT AS (a + b),"
    " up TEXT AS (upper(m)) STORED, c INT NOT NULL AS (coalesce(a, b)));"
    "CREATE TABLE n(q, r INT, CHECK (r IN (1, 2, 3)));"
    "CREATE TABLE empty(a INT, b TEXT NOT NULL);"
    "CREATE INDEX t_b ON t(b); CREATE INDEX u_x ON u(x) WHERE x IS NOT NULL;"
    "CREATE VIEW v AS SELECT t.id, a, b + 1 AS b1, x FROM t LEFT JOIN u ON u.t_id = t.id;"
    "CREATE VIEW va(i, total, most) AS SELECT t_id, sum(y), max(z) FROM u GROUP BY t_id;"
    "CREATE VIEW vc AS SELECT a AS k FROM t UNION SELECT k FROM w UNION ALL SELECT x FROM u;"
    "CREATE VIEW vv AS SELECT v.*, va.total FROM v LEFT JOIN va ON va.i = v.id;"
    "CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE t SET b = NULL WHERE id = new.id; END;"
    "CREATE TRIGGER tv INSTEAD OF INSERT ON v BEGIN INSERT INTO t(a) VALUES (new.a); END;"
    "CREATE VIRTUAL TABLE ft USING fts5(title, body);"
    "CREATE VIRTUAL TABLE rt USING rtree(id, x0, x1);";

static const char rich_rows[] TN_UNUSED
= "INSERT INTO t(id, a, b, c, d, e, f, g, h) VALUES"
  " (1, 'a', 1, 1.5, x'00ff', 1, 'x', 0, 'A'), (2, '', NULL, NULL, NULL, NULL, NULL, 1, NULL),"
  " (3, '1', 0, -0.0, x'', 2.5, 7, 1, '1'), (4, 'abc', -5, 9e999, x'31', -3, 1.5, 0, 'abc'),"
  " (5, '2024-02-29', 100, 0.1, x'616263', 0, x'61', 1, '{\"a\":1}');"
  "UPDATE t SET b = id % 3 - 1 WHERE id <> 2; UPDATE t SET b = 1 WHERE id = 5;"
  "INSERT INTO u VALUES (1, 1, 'x', 1, 1.0), (2, 1, NULL, 2, 2.5), (3, 3, 'a', NULL, -1e300),"
  " (4, 9, '[1,2]', 4, 0.0);"
  "INSERT INTO w VALUES ('a', 1, NULL, x'00'), ('b', 2, 'o', x'31'), ('1', -1, '', x'');"
  "INSERT INTO s VALUES (1, 1.5, 'a', 1), (1, NULL, 'b', NULL), (2, 2.0, 'a', 'text');"
  "INSERT INTO g(a, b, m) VALUES (1, 2, 'm'), (NULL, 0, NULL), (-1, 1, '');"
  "INSERT INTO n VALUES (x'00', 1), (NULL, NULL), (x'', 3);"
  "INSERT INTO ft VALUES ('one', 'two three'), ('', NULL);"
  "INSERT INTO rt VALUES (1, 0.5, 1.5), (2, -1, 1);";

#endif
