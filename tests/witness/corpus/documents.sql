-- JSON documents and full text.
CREATE TABLE document (id INTEGER PRIMARY KEY, body TEXT NOT NULL CHECK (json_valid(body)), kind TEXT AS (typeof(body)) STORED, owner TEXT);
CREATE TABLE raw (id INTEGER PRIMARY KEY, data TEXT);
CREATE VIRTUAL TABLE search USING fts5(title, body);
CREATE TABLE note (id INTEGER PRIMARY KEY, title TEXT NOT NULL);
-- queries
SELECT id, body, kind FROM document; -- expect: id int, body text, kind text
SELECT json_extract(body, '$.name') AS name FROM document; -- expect: name int|real|text?
SELECT body -> '$.name' AS j, body ->> '$.name' AS t FROM document; -- expect: j text?, t int|real|text?
SELECT json_type(body) AS t, json_type(body, '$.name') AS n FROM document; -- expect: t text, n text?
SELECT json_array_length(body) AS n, json_valid(body) AS v FROM document; -- expect: n int, v int
SELECT json(body) AS j, json_quote(owner) AS q FROM document; -- expect: j text, q text
SELECT json_object('id', id, 'owner', owner) AS o, json_array(id, owner) AS a FROM document; -- expect: o text, a text
SELECT json_set(body, '$.a', 1) AS s, json_remove(body, '$.a') AS r, json_patch(body, '{}') AS p FROM document; -- expect: s text, r text, p text
SELECT json_group_array(id) AS ids, json_group_object(kind, id) AS o FROM document; -- expect: ids text, o text; single row
SELECT d.id, e.key, e.value, e.type, e.atom, e.id AS eid, e.parent, e.fullkey, e.path FROM document d, json_each(d.body) e; -- expect: id int, key int|text?, value int|real|text?, type text, atom int|real|text?, eid int, parent int?, fullkey text, path text
SELECT count(*) AS n FROM document d, json_each(d.body); -- expect: n int; single row
SELECT value FROM json_each('[1, 2]'); -- expect: value int|real|text?
SELECT d.id, e.value FROM document d LEFT JOIN json_each(d.body, '$.tags') e; -- expect: id int, value int|real|text?
SELECT d.id FROM document d WHERE EXISTS (SELECT 1 FROM json_each(d.body, '$.tags') WHERE value = ?); -- expect: id int
SELECT json_valid(data) AS v FROM raw; -- expect: v int?
SELECT CASE WHEN json_valid(data) THEN json_extract(data, '$.a') END AS a FROM raw; -- expect: a int|real|text?
SELECT rowid, title, body FROM search; -- expect: rowid int, title text?, body text?
SELECT n.id, n.title FROM search s JOIN note n ON n.id = s.rowid WHERE search MATCH 'abc'; -- expect: id int, title text
SELECT s.rowid FROM search s WHERE s.rowid = ?; -- expect: rowid int
SELECT name FROM pragma_table_info('document'); -- expect: name any?
SELECT name, "notnull", pk FROM pragma_table_info('raw') WHERE name = 'id'; -- expect: name any, notnull any?, pk any?
SELECT name, sql FROM sqlite_schema WHERE type = 'table'; -- expect: name text, sql text?
INSERT INTO document (body) VALUES (json_object('a', ?)) RETURNING id, body, kind; -- expect: id int, body text, kind text; single
UPDATE document SET body = json_set(body, '$.a', ?) WHERE id = ? RETURNING body; -- expect: body text; single
