-- What foreign keys and triggers do to a row between WHERE and RETURNING, and what is set twice.
CREATE TABLE node (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES node (id) ON DELETE SET NULL ON UPDATE SET NULL, def INTEGER, w REAL);
CREATE TABLE plain (id INTEGER PRIMARY KEY, a INTEGER, s TEXT, r REAL);
CREATE TABLE watched (id INTEGER PRIMARY KEY, a INTEGER);
CREATE TABLE child (id INTEGER PRIMARY KEY, w_id INTEGER REFERENCES watched (id) ON DELETE CASCADE ON UPDATE CASCADE);
CREATE TRIGGER child_gone AFTER DELETE ON child BEGIN UPDATE watched SET a = NULL; END;
CREATE VIEW linked AS SELECT c.id, n.id AS node_id, n.parent, n.w FROM plain c LEFT JOIN node n ON n.id = c.a;
-- queries
DELETE FROM node WHERE parent IS NOT NULL RETURNING parent; -- expect: parent int?
UPDATE OR REPLACE node SET id = 1 WHERE parent IS NOT NULL RETURNING parent; -- expect: parent int?
UPDATE node SET id = id + 10, def = parent WHERE parent IS NOT NULL RETURNING def; -- expect: def int?
DELETE FROM watched WHERE a IS NOT NULL RETURNING a; -- expect: a int?
DELETE FROM plain WHERE a IS NOT NULL RETURNING a; -- expect: a int
UPDATE plain SET a = 1, a = NULL RETURNING a; -- expect: a int?
UPDATE plain SET s = 'x', (a, s) = (SELECT NULL, NULL) RETURNING s; -- expect: s text?
UPDATE plain SET s = NULL, s = 'x' RETURNING s; -- expect: s text
INSERT INTO plain (a, s) VALUES (1, 'x') RETURNING a, s, id; -- expect: a int, s text, id int; single row
INSERT INTO plain (id, a) VALUES (1, 1) ON CONFLICT DO UPDATE SET s = 'y' RETURNING a; -- expect: a int?
SELECT sum(r) AS y FROM plain GROUP BY a HAVING sum(DISTINCT r) IS NOT NULL; -- expect: y real?
WITH RECURSIVE c (x) AS (SELECT 1 EXCEPT SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 3) SELECT (SELECT x FROM c) AS y, max(x) AS m FROM c; -- expect: y int?, m int?
WITH RECURSIVE c (x) AS (SELECT 1 INTERSECT SELECT 2 UNION SELECT x + 1 FROM c WHERE x < 3) SELECT sum(x) AS s FROM c; -- expect: s int?
SELECT parent, w FROM linked WHERE node_id IS NOT NULL; -- expect: parent int?, w real?
SELECT node_id, w FROM linked WHERE w > 0; -- expect: node_id int, w real
SELECT a.node_id, b.node_id AS other FROM linked a LEFT JOIN linked b ON b.parent = a.node_id WHERE b.w IS NOT NULL; -- expect: node_id int, other int
SELECT w * 2 AS a, w * w AS b, 0 * w AS c FROM node WHERE w IS NOT NULL; -- expect: a real, b real?, c real?
SELECT a FROM plain WHERE (a, s) < (3, 'x'); -- expect: a int
SELECT s FROM plain WHERE (a, s) < (3, 'x'); -- expect: s text?
