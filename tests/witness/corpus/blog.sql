-- A blog: outer joins, aggregates beside bare columns, correlated subqueries.
CREATE TABLE author (
    id INTEGER PRIMARY KEY,
    email TEXT NOT NULL UNIQUE COLLATE NOCASE,
    name TEXT NOT NULL,
    bio TEXT
);
CREATE TABLE post (
    id INTEGER PRIMARY KEY,
    author_id INTEGER NOT NULL REFERENCES author(id),
    editor_id INTEGER REFERENCES author(id),
    slug TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    body TEXT,
    published_at INTEGER,
    views INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE comment (
    id INTEGER PRIMARY KEY,
    post_id INTEGER NOT NULL REFERENCES post(id) ON DELETE CASCADE,
    parent_id INTEGER REFERENCES comment(id),
    author_name TEXT,
    text TEXT NOT NULL
);
CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE post_tag (
    post_id INTEGER NOT NULL REFERENCES post(id),
    tag_id INTEGER NOT NULL REFERENCES tag(id),
    PRIMARY KEY (post_id, tag_id)
) WITHOUT ROWID;
CREATE VIEW published AS SELECT id, title, published_at FROM post WHERE published_at IS NOT NULL;
CREATE VIEW post_stats(post_id, comments, last_comment) AS
    SELECT p.id, count(c.id), max(c.id) FROM post p LEFT JOIN comment c ON c.post_id = p.id GROUP BY p.id;
-- queries
SELECT * FROM author; -- expect: id int, email text, name text, bio text?; -
SELECT * FROM author WHERE id = ?; -- expect: id int, email text, name text, bio text?; single
SELECT id FROM author WHERE email = :email; -- expect: id int; single
SELECT id FROM author WHERE email = :email COLLATE BINARY; -- expect: id int
SELECT id FROM author WHERE name = :name; -- expect: id int; -
SELECT p.id, p.title, a.name FROM post p JOIN author a ON a.id = p.author_id; -- expect: id int, title text, name text; -
SELECT p.id, e.name FROM post p LEFT JOIN author e ON e.id = p.editor_id; -- expect: id int, name text?; -
SELECT p.id, e.name FROM post p LEFT JOIN author e ON e.id = p.editor_id WHERE e.id IS NOT NULL; -- expect: id int, name text
SELECT p.id, e.name FROM post p LEFT JOIN author e ON e.id = p.editor_id WHERE e.name = ?1; -- expect: id int, name text
SELECT p.id, e.name FROM post p LEFT JOIN author e ON e.id = p.editor_id WHERE e.name = ?1 OR p.id = 1; -- expect: id int, name text?
SELECT a.name, p.title FROM post p RIGHT JOIN author a ON a.id = p.author_id; -- expect: name text, title text?; -
SELECT a.name, p.title FROM author a FULL JOIN post p ON a.id = p.author_id; -- expect: name text?, title text?
SELECT a.id, count(p.id) AS posts FROM author a LEFT JOIN post p ON p.author_id = a.id GROUP BY a.id; -- expect: id int, posts int
SELECT count(*) FROM post; -- expect: count(*) int; single row
SELECT count(*) AS n, max(views) AS most FROM post; -- expect: n int, most int?; single row
SELECT title, max(views) AS most FROM post; -- expect: title text?, most int?; single row
SELECT author_id, max(views) AS most FROM post GROUP BY author_id; -- expect: author_id int, most int; -
SELECT author_id, sum(views) AS s, avg(views) AS a, total(views) AS t FROM post GROUP BY author_id; -- expect: author_id int, s int, a real, t real
SELECT sum(views) AS s, avg(views) AS a, total(views) AS t FROM post; -- expect: s int?, a real?, t real; single row
SELECT sum(views) AS s FROM post HAVING count(*) > 0; -- expect: s int; single
SELECT author_id, sum(views) FILTER (WHERE published_at IS NOT NULL) AS s FROM post GROUP BY author_id; -- expect: author_id int, s int?
SELECT group_concat(t.name, ', ') AS tags FROM post_tag pt JOIN tag t ON t.id = pt.tag_id WHERE pt.post_id = ?; -- expect: tags text?; single row
SELECT p.title, (SELECT count(*) FROM comment c WHERE c.post_id = p.id) AS n FROM post p; -- expect: title text, n int
SELECT p.title, (SELECT max(c.id) FROM comment c WHERE c.post_id = p.id) AS m FROM post p; -- expect: title text, m int?
SELECT p.title, (SELECT a.name FROM author a WHERE a.id = p.author_id) AS n FROM post p; -- expect: title text, n text?
SELECT p.title, EXISTS (SELECT 1 FROM comment c WHERE c.post_id = p.id) AS has FROM post p; -- expect: title text, has int
SELECT id, coalesce(bio, '') AS bio FROM author; -- expect: id int, bio text
SELECT id, coalesce(bio, email) AS bio FROM author; -- expect: id int, bio text
SELECT id, ifnull(bio, NULL) AS bio FROM author; -- expect: id int, bio text?
SELECT * FROM published; -- expect: id int, title text, published_at int
SELECT * FROM post_stats; -- expect: post_id int, comments int, last_comment int?
SELECT s.comments FROM post p LEFT JOIN post_stats s ON s.post_id = p.id; -- expect: comments int?
SELECT p.id, s.comments FROM post p JOIN post_stats s ON s.post_id = p.id WHERE p.slug = ?; -- expect: id int, comments int; single
SELECT t.name FROM post_tag JOIN tag t ON t.id = tag_id WHERE post_id = ?1 AND tag_id = ?2; -- expect: name text; single
SELECT tag_id FROM post_tag WHERE post_id = ?1; -- expect: tag_id int; -
WITH RECURSIVE thread(id, depth) AS (SELECT id, 0 FROM comment WHERE parent_id IS NULL UNION ALL SELECT c.id, t.depth + 1 FROM comment c JOIN thread t ON c.parent_id = t.id WHERE t.depth < 20) SELECT id, depth FROM thread; -- expect: id int, depth int
SELECT c.id, p.text FROM comment c LEFT JOIN comment p ON p.id = c.parent_id; -- expect: id int, text text?
SELECT upper(title) AS u, length(body) AS l, substr(title, 1, 10) AS s FROM post; -- expect: u text, l int?, s text
SELECT title || ' by ' || name AS line FROM post JOIN author ON author.id = author_id; -- expect: line text
SELECT title || body AS line FROM post; -- expect: line text?
INSERT INTO author (email, name) VALUES (:email, :name) RETURNING id; -- expect: id int; single
INSERT INTO author (email, name, bio) VALUES (?, ?, ?) ON CONFLICT (email) DO UPDATE SET name = excluded.name RETURNING id, name, bio; -- expect: id int, name text, bio text?; single
UPDATE post SET views = views + 1 WHERE id = ? RETURNING views; -- expect: views int; single
DELETE FROM comment WHERE post_id = ? RETURNING id, author_name; -- expect: id int, author_name text?; -
SELECT id FROM post ORDER BY published_at DESC LIMIT 1; -- expect: id int; single
SELECT id FROM post ORDER BY id LIMIT :n OFFSET :skip; -- expect: id int; -
SELECT DISTINCT author_name FROM comment WHERE author_name <> ''; -- expect: author_name text
SELECT CASE WHEN published_at IS NULL THEN 'draft' ELSE 'public' END AS state FROM post; -- expect: state text
SELECT CASE WHEN published_at IS NULL THEN 'draft' END AS state FROM post; -- expect: state text?
SELECT CASE WHEN body IS NOT NULL THEN body ELSE title END AS text FROM post; -- expect: text text
SELECT rowid, oid, _rowid_ FROM post; -- expect: id int, id int, id int
SELECT strftime('%Y', published_at, 'unixepoch') AS y FROM post; -- expect: y text?
