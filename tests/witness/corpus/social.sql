-- A social graph: self joins, many to many, deep nesting.
CREATE TABLE person (id INTEGER PRIMARY KEY, handle TEXT NOT NULL, born INTEGER, avatar BLOB);
CREATE UNIQUE INDEX person_handle ON person (handle COLLATE NOCASE);
CREATE TABLE follow (who INTEGER NOT NULL, whom INTEGER NOT NULL, since TEXT, PRIMARY KEY (who, whom)) WITHOUT ROWID;
CREATE TABLE message (id INTEGER PRIMARY KEY, sender INTEGER NOT NULL, receiver INTEGER, reply_to INTEGER, body TEXT NOT NULL, read_at INTEGER);
CREATE TABLE reaction (message_id INTEGER NOT NULL, person_id INTEGER NOT NULL, emoji TEXT, UNIQUE (message_id, person_id, emoji));
-- queries
SELECT handle FROM person WHERE handle = ?; -- expect: handle text
SELECT id FROM person WHERE handle = ? COLLATE NOCASE; -- expect: id int; single
SELECT a.handle, b.handle AS other FROM follow f JOIN person a ON a.id = f.who JOIN person b ON b.id = f.whom; -- expect: handle text, other text
SELECT f.whom, g.who IS NOT NULL AS mutual FROM follow f LEFT JOIN follow g ON g.who = f.whom AND g.whom = f.who; -- expect: whom int, mutual int
SELECT f.whom, g.since FROM follow f LEFT JOIN follow g ON g.who = f.whom AND g.whom = f.who WHERE f.who = ?1 AND f.whom = ?2; -- expect: whom int, since text?; single
SELECT p.handle, count(f.who) AS followers FROM person p LEFT JOIN follow f ON f.whom = p.id GROUP BY p.id ORDER BY followers DESC LIMIT 10; -- expect: handle text, followers int; -
SELECT p.handle, (SELECT count(*) FROM follow WHERE whom = p.id) AS a, (SELECT count(*) FROM follow WHERE who = p.id) AS b FROM person p; -- expect: handle text, a int, b int
SELECT m.id, s.handle AS sender, r.handle AS receiver, q.body AS quoted FROM message m JOIN person s ON s.id = m.sender LEFT JOIN person r ON r.id = m.receiver LEFT JOIN message q ON q.id = m.reply_to; -- expect: id int, sender text, receiver text?, quoted text?
SELECT sender, max(id) AS last, body FROM message GROUP BY sender; -- expect: sender int, last int, body text
SELECT count(read_at) AS seen, count(*) - count(read_at) AS unseen FROM message WHERE receiver = ?; -- expect: seen int, unseen int; single row
SELECT receiver FROM message WHERE receiver IN (SELECT id FROM person WHERE born > 1990); -- expect: receiver int
SELECT receiver FROM message WHERE receiver NOT IN (SELECT who FROM follow); -- expect: receiver int?
SELECT emoji, count(*) AS n FROM reaction WHERE message_id = ? GROUP BY emoji; -- expect: emoji text?, n int
SELECT person_id FROM reaction WHERE message_id = ?1 AND person_id = ?2 AND emoji = ?3; -- expect: person_id int; single
SELECT person_id FROM reaction WHERE message_id = ?1 AND person_id = ?2 AND emoji IS NULL; -- expect: person_id int; -
SELECT length(avatar) AS size, hex(avatar) AS hex, avatar FROM person WHERE avatar IS NOT NULL; -- expect: size int, hex text, avatar blob
SELECT DISTINCT b.whom FROM follow a JOIN follow b ON b.who = a.whom WHERE a.who = ?1 AND b.whom <> ?1 EXCEPT SELECT whom FROM follow WHERE who = ?1; -- expect: whom int
WITH RECURSIVE reach(id, hops) AS (SELECT ?1, 0 UNION SELECT f.whom, hops + 1 FROM reach JOIN follow f ON f.who = reach.id WHERE hops < 3) SELECT hops, count(*) AS n FROM reach GROUP BY hops; -- expect: hops int, n int
SELECT * FROM (SELECT handle, row_number() OVER (ORDER BY born) AS n FROM person) WHERE n <= 3; -- expect: handle text, n int
SELECT x.handle FROM (SELECT p.handle, f.whom FROM person p LEFT JOIN follow f ON f.who = p.id) x WHERE x.whom > 0; -- expect: handle text
SELECT x.whom FROM (SELECT p.handle, f.whom FROM person p LEFT JOIN follow f ON f.who = p.id) x WHERE x.whom > 0; -- expect: whom int
SELECT p.id, m.body FROM person p LEFT JOIN message m ON m.sender = p.id AND m.id = (SELECT max(id) FROM message WHERE sender = p.id); -- expect: id int, body text?
SELECT p.id, m.n FROM person p JOIN (SELECT sender, count(*) AS n FROM message GROUP BY sender) m ON m.sender = p.id; -- expect: id int, n int
SELECT p.id, m.n FROM person p LEFT JOIN (SELECT sender, count(*) AS n FROM message GROUP BY sender) m ON m.sender = p.id; -- expect: id int, n int?
SELECT coalesce(r.handle, 'everybody') AS name FROM message m LEFT JOIN person r ON r.id = m.receiver; -- expect: name text
INSERT INTO follow (who, whom) VALUES (?, ?) RETURNING who, since; -- expect: who int, since text?; single
DELETE FROM follow WHERE who = ? AND whom = ? RETURNING since; -- expect: since text?; single
