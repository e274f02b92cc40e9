-- A task tracker: assignments, states, recursive trees, triggers, views over views.
CREATE TABLE user (id INTEGER PRIMARY KEY, login TEXT NOT NULL UNIQUE, name TEXT, is_admin INTEGER NOT NULL DEFAULT 0 CHECK (is_admin IN (0, 1)));
CREATE TABLE project (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, owner_id INTEGER REFERENCES user(id) ON DELETE SET NULL);
CREATE TABLE task (
    id INTEGER PRIMARY KEY,
    project_id INTEGER NOT NULL REFERENCES project(id),
    number INTEGER NOT NULL,
    parent_id INTEGER REFERENCES task(id),
    assignee_id INTEGER REFERENCES user(id),
    title TEXT NOT NULL CHECK (length(title) > 0),
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'doing', 'done')),
    estimate REAL,
    due TEXT,
    UNIQUE (project_id, number)
);
CREATE TABLE label (task_id INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (task_id, name)) WITHOUT ROWID;
CREATE TABLE log (id INTEGER PRIMARY KEY, task_id INTEGER, what TEXT);
CREATE TRIGGER task_done AFTER UPDATE OF state ON task WHEN new.state = 'done' BEGIN INSERT INTO log (task_id, what) VALUES (new.id, 'done'); END;
CREATE VIEW open_task AS SELECT t.*, u.login AS assignee FROM task t LEFT JOIN user u ON u.id = t.assignee_id WHERE t.state <> 'done';
CREATE VIEW mine AS SELECT id, title, assignee FROM open_task WHERE assignee IS NOT NULL;
CREATE VIEW load AS SELECT u.id AS user_id, count(t.id) AS open, sum(t.estimate) AS hours FROM user u LEFT JOIN task t ON t.assignee_id = u.id AND t.state <> 'done' GROUP BY u.id;
-- queries
SELECT id, title, assignee FROM open_task; -- expect: id int, title text, assignee text?
SELECT * FROM mine; -- expect: id int, title text, assignee text
SELECT * FROM load; -- expect: user_id int, open int, hours real?
SELECT login, open FROM user JOIN load ON load.user_id = user.id; -- expect: login text, open int
SELECT state, count(*) AS n, sum(state = 'done') AS done, avg(estimate) AS mean FROM task GROUP BY state; -- expect: state text, n int, done int, mean real?
SELECT id FROM task WHERE project_id = ?1 AND number = ?2; -- expect: id int; single
SELECT t.id, u.name FROM task t LEFT JOIN user u ON u.id = t.assignee_id WHERE t.project_id = ?1 AND t.number = ?2; -- expect: id int, name text?; single
SELECT t.id, l.name FROM task t LEFT JOIN label l ON l.task_id = t.id WHERE t.id = ?; -- expect: id int, name text?; -
SELECT t.id, p.key, u.login FROM task t JOIN project p ON p.id = t.project_id LEFT JOIN user u ON u.id = p.owner_id WHERE t.id = ?; -- expect: id int, key text, login text?; single
SELECT t.id FROM project p JOIN task t ON t.project_id = p.id AND t.number = 1 WHERE p.key = 'A'; -- expect: id int; single
SELECT t.id FROM project p JOIN task t ON t.project_id = p.id WHERE p.key = ? AND t.number > ?; -- expect: id int; -
WITH RECURSIVE up(id, parent_id, title) AS (SELECT id, parent_id, title FROM task WHERE id = ?1 UNION SELECT t.id, t.parent_id, t.title FROM task t JOIN up ON t.id = up.parent_id) SELECT id, title FROM up; -- expect: id int, title text
WITH RECURSIVE tree(id, path) AS (SELECT id, title FROM task WHERE parent_id IS NULL UNION ALL SELECT t.id, tree.path || '/' || t.title FROM task t JOIN tree ON tree.id = t.parent_id LIMIT 50) SELECT * FROM tree; -- expect: id int, path text
WITH done AS (SELECT project_id, count(*) AS n FROM task WHERE state = 'done' GROUP BY project_id) SELECT p.key, done.n, coalesce(done.n, 0) AS n0 FROM project p LEFT JOIN done ON done.project_id = p.id; -- expect: key text, n int?, n0 int
WITH task(id) AS (SELECT 1) SELECT id FROM task; -- expect: id int; single row
SELECT (SELECT name FROM label WHERE task_id = t.id ORDER BY name LIMIT 1) AS first, (SELECT group_concat(name) FROM label WHERE task_id = t.id) AS names FROM task t; -- expect: first text?, names text?
SELECT due, date(due, '+1 day') AS next, due IS NOT NULL AND due < date('now') AS late FROM task; -- expect: due text?, next text?, late int
SELECT due FROM task WHERE due < date('now'); -- expect: due text
SELECT is_admin, NOT is_admin AS plain, is_admin AND name IS NOT NULL AS both FROM user; -- expect: is_admin int, plain int, both int
SELECT what FROM log WHERE task_id = (SELECT max(id) FROM task); -- expect: what text?
SELECT a.id, b.id AS twin FROM task a JOIN task b ON a.title = b.title AND a.id < b.id; -- expect: id int, twin int
SELECT a.id FROM task a WHERE NOT EXISTS (SELECT 1 FROM task b WHERE b.parent_id = a.id); -- expect: id int
UPDATE task SET state = 'done' WHERE id = :id RETURNING id, state, due; -- expect: id int, state text, due text?; single
UPDATE task SET assignee_id = NULL WHERE assignee_id = ? RETURNING id, assignee_id; -- expect: id int, assignee_id int?
UPDATE task SET due = ? WHERE due IS NULL RETURNING due; -- expect: due text?
INSERT INTO label (task_id, name) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING name; -- expect: name text; single
INSERT INTO task (project_id, number, title) SELECT ?1, coalesce(max(number), 0) + 1, 'new' FROM task WHERE project_id = ?1 RETURNING number, state, estimate; -- expect: number int, state text, estimate int|real?
DELETE FROM label WHERE task_id IN (SELECT id FROM task WHERE state = 'done') RETURNING *; -- expect: task_id int, name text
