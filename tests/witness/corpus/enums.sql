-- Columns whose CHECK lists their texts: two of one name with different lists, and a plain one.
CREATE TABLE task (
    id INTEGER PRIMARY KEY,
    status TEXT NOT NULL CHECK (status IN ('open', 'doing', 'done')),
    kind TEXT CHECK (kind IN ('bug', 'chore')),
    bare CHECK (bare IN ('a', 'b')),
    title TEXT NOT NULL,
    parent_id INTEGER REFERENCES task(id)
);
CREATE TABLE job (
    id INTEGER PRIMARY KEY,
    status TEXT NOT NULL CHECK (status IN ('queued', 'done', 'failed')),
    task_id INTEGER NOT NULL REFERENCES task(id)
);
CREATE VIEW board AS SELECT id, status, kind FROM task UNION ALL SELECT id, status, 'bug' FROM job;
CREATE VIEW pending AS SELECT id, status, kind FROM task WHERE status <> 'done';
-- queries
SELECT status, kind, bare FROM task; -- expect: status text, kind text?, bare text?; -
SELECT status, kind FROM pending; -- expect: status text, kind text?; -
SELECT status, kind FROM board; -- expect: status text, kind text?; -
SELECT status FROM task UNION SELECT status FROM job; -- expect: status text; -
SELECT status FROM task INTERSECT SELECT status FROM job; -- expect: status text; -
SELECT kind FROM task EXCEPT SELECT title FROM task; -- expect: kind text?; -
SELECT title AS t FROM task UNION ALL SELECT kind FROM task; -- expect: t text?; -
SELECT t.status, j.status AS js FROM task t LEFT JOIN job j ON j.task_id = t.id; -- expect: status text, js text?; -
SELECT t.status, p.status AS ps, coalesce(p.kind, t.kind) AS k FROM task t LEFT JOIN task p ON p.id = t.parent_id; -- expect: status text, ps text?, k text?; -
SELECT coalesce(kind, status) AS k, coalesce(kind, 'none') AS n FROM task; -- expect: k text, n text; -
SELECT ifnull(kind, title) AS k, iif(id > 2, kind, status) AS i FROM task; -- expect: k text, i text?; -
SELECT CASE WHEN id > 2 THEN status ELSE title END AS c, CASE id WHEN 1 THEN kind END AS d FROM task; -- expect: c text, d text?; -
SELECT CASE kind WHEN 'bug' THEN 'done' ELSE status END AS c FROM task; -- expect: c text; -
SELECT max(status) AS a, min(kind) AS b, max(kind, status) AS c FROM task; -- expect: a text?, b text?, c text?; single row
SELECT nullif(status, 'done') AS n, upper(status) AS u, trim(kind) AS t FROM task; -- expect: n text?, u text, t text?; -
SELECT (SELECT status FROM job WHERE task_id = task.id LIMIT 1) AS j, status FROM task; -- expect: j text?, status text; -
SELECT lag(status) OVER (ORDER BY id) AS l, lag(status, 1, title) OVER (ORDER BY id) AS m, first_value(kind) OVER (ORDER BY id) AS f FROM task; -- expect: l text?, m text, f text?; -
SELECT lead(kind, 1, status) OVER (ORDER BY id) AS l, nth_value(status, 2) OVER (ORDER BY id) AS n FROM task; -- expect: l text?, n text?; -
WITH w(s) AS (SELECT status FROM task), v AS (SELECT s FROM w UNION SELECT s || 'x' FROM w) SELECT s FROM v; -- expect: s text; -
WITH RECURSIVE r(id, s) AS (SELECT id, status FROM task WHERE parent_id IS NULL UNION ALL SELECT t.id, t.kind FROM task t JOIN r ON r.id = t.parent_id WHERE t.id < 9) SELECT s FROM r LIMIT 50; -- expect: s text?; -
SELECT s FROM (VALUES ('bug'), ('other')) AS v, (SELECT kind AS s FROM task) AS k; -- expect: s text?; -
SELECT status, kind FROM task WHERE status = :status AND kind IS :kind; -- expect: status text, kind text?; -
SELECT :s AS s FROM task WHERE status = :s; -- expect: s text; -
SELECT :s AS s FROM task JOIN job ON task.status = :s OR job.status = :s; -- expect: s text; -
SELECT coalesce(:k, kind) AS k FROM task; -- expect: k text?; -
SELECT t.status FROM task t JOIN job j USING (status); -- expect: status text; -
SELECT status FROM task t NATURAL LEFT JOIN (SELECT status FROM job) AS j; -- expect: status text; -
INSERT INTO job (status, task_id) SELECT :s, id FROM task WHERE id = 1 RETURNING status; -- expect: status text; single
INSERT INTO task (status, kind, title) VALUES (:s, :k, :t) RETURNING status, kind, :s AS again; -- expect: status text, kind text?, again text; single
UPDATE task SET kind = :k WHERE kind = :from RETURNING kind, status; -- expect: kind text?, status text; -
UPDATE task SET status = j.status FROM job AS j WHERE j.task_id = task.id AND j.status = 'done' RETURNING status AS s; -- expect: s text; -
DELETE FROM job WHERE status = :s RETURNING status; -- expect: status text; -
