-- SPDX-License-Identifier: MIT
-- Writes sessions.tsv, always the same bytes:
--
--     sqlite3 -batch -init /dev/null :memory: < generate.sql > sessions.tsv
--
-- Six weeks of sessions in three workspaces. Nothing is random: what varies, varies with a hash of the
-- row's number. The folders shop, ledger and docs are looked for where it is loaded.

CREATE TABLE hash (n INTEGER, salt INTEGER, h INTEGER, PRIMARY KEY (n, salt)) WITHOUT ROWID;
WITH RECURSIVE
    n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 999),
    salt (salt) AS (SELECT 0 UNION ALL SELECT salt + 1 FROM salt WHERE salt < 7)
INSERT INTO hash
SELECT n, salt,
       ((n * 7919 + salt * 104729 + 271828) * 48271 % 2147483647) * 69621 % 2147483647
FROM n, salt;

CREATE TABLE place (p INTEGER PRIMARY KEY, folder TEXT);
INSERT INTO place VALUES (0, 'shop'), (1, 'ledger'), (2, 'docs');

CREATE TABLE job (j INTEGER PRIMARY KEY, p INTEGER, task TEXT);
INSERT INTO job VALUES
    (0, 0, 'Fix the login when the cookie is older than a day'),
    (1, 0, 'Show 100% of the basket on a narrow screen'),
    (2, 0, 'Make the search of products forgive typing mistakes'),
    (3, 0, 'Replace the date picker'),
    (4, 1, 'Round to the even cent in every report'),
    (5, 1, 'Write a migration that splits account_entries by year'),
    (6, 1, 'Find out why the nightly close takes an hour'),
    (7, 1, 'Add a test for each currency without cents'),
    (8, 2, 'Explain the rate limits with an example'),
    (9, 2, 'Bring the tutorial up to version 4'),
    (10, 2, 'Mend every link that leads nowhere'),
    (11, 2, 'Translate the first steps into German: Überblick');

CREATE TABLE agent (a INTEGER PRIMARY KEY, runtime TEXT, model TEXT);
INSERT INTO agent VALUES
    (0, 'claude', 'opus'), (1, 'codex', 'large'), (2, 'gemini', 'pro'), (3, 'local', 'small');

CREATE TABLE session AS
SELECT n,
       printf('%08x-%04x-4%03x-9%03x-%012x', h0.h, h1.h % 65536, h2.h % 4096, n, h1.h) AS id,
       job.p AS p,
       job.task AS task,
       CASE h1.h % 5 WHEN 0 THEN 'ensemble' WHEN 1 THEN 'debate' ELSE 'competition' END AS type,
       CASE WHEN n > 56 THEN 'running' WHEN h2.h % 9 = 0 THEN 'failed' WHEN h2.h % 13 = 0 THEN 'paused'
            ELSE 'completed' END AS status,
       1736755200 + n * 61200 + h0.h % 20000 AS began,
       600 + h1.h % 5400 AS took,
       2 + h2.h % 3 AS agents
FROM hash AS h0
JOIN hash AS h1 USING (n)
JOIN hash AS h2 USING (n)
JOIN job ON job.j = h0.h % 12
WHERE h0.salt = 0 AND h1.salt = 1 AND h2.salt = 2 AND n < 60;

CREATE TABLE instance AS
SELECT s.n AS n, a AS number, a.runtime AS runtime, a.model AS model,
       CASE WHEN s.status = 'running' THEN 'running'
            WHEN s.status = 'paused' THEN 'paused'
            WHEN (h.h + a) % 7 = 0 THEN 'failed' ELSE 'completed' END AS status,
       1 + (h.h + a * 5) % 14 AS files, (h.h + a * 131) % 480 AS added, (h.h + a * 57) % 210 AS deleted
FROM session AS s
JOIN agent AS a ON a.a < s.agents
JOIN hash AS h ON h.n = s.n AND h.salt = 3;

CREATE TABLE line (p INTEGER, n INTEGER, part INTEGER, sub INTEGER, text TEXT);
INSERT INTO line SELECT p, -1, 0, 0, 'workspace' || char(9) || folder FROM place;

-- NULL is \N, and char(9) the tab between the fields.
INSERT INTO line
SELECT p, n, 0, 0,
       'session' || char(9) || id || char(9) || type || char(9) || status
       || char(9) || strftime('%Y-%m-%dT%H:%M:%SZ', began, 'unixepoch')
       || char(9) || CASE WHEN status IN ('completed', 'failed')
                          THEN strftime('%Y-%m-%dT%H:%M:%SZ', began + took, 'unixepoch') ELSE '\N' END
       || char(9) || CASE WHEN n % 3 = 0 THEN 'opus' ELSE '\N' END
       || char(9) || 3600 || char(9) || (n % 2)
       || char(9) || CASE WHEN status = 'completed' AND type = 'competition' THEN (n % agents) ELSE '\N' END
       || char(9) || CASE WHEN status = 'completed' THEN took ELSE '\N' END
       || char(9) || CASE WHEN status = 'completed'
                          THEN (SELECT sum(files) || char(9) || sum(added) || char(9) || sum(deleted)
                                FROM instance AS i WHERE i.n = s.n)
                          ELSE '\N' || char(9) || '\N' || char(9) || '\N' END
       || char(9) || task
FROM session AS s;

INSERT INTO line
SELECT s.p, s.n, 1, i.number, 'runtime' || char(9) || i.runtime
FROM session AS s JOIN instance AS i USING (n);

INSERT INTO line
SELECT s.p, s.n, 2, i.number,
       'instance' || char(9) || i.number || char(9) || i.runtime || '-' || (i.number + 1) || char(9) || i.status
       || char(9) || strftime('%Y-%m-%dT%H:%M:%SZ', s.began + i.number, 'unixepoch')
       || char(9) || CASE WHEN i.status IN ('completed', 'failed')
                          THEN strftime('%Y-%m-%dT%H:%M:%SZ', s.began + s.took - 10 * i.number, 'unixepoch')
                          ELSE '\N' END
       || char(9) || CASE WHEN i.status = 'running' THEN '\N' || char(9) || '\N' || char(9) || '\N'
                          ELSE i.files || char(9) || i.added || char(9) || i.deleted END
       || char(9) || i.runtime || char(9) || i.model
       || char(9) || CASE i.status WHEN 'completed' THEN 'all tests pass\n' || i.files || ' files changed'
                                   WHEN 'failed' THEN 'exit 2\nmake: *** [test] Error 2' ELSE '\N' END
FROM session AS s JOIN instance AS i USING (n);

-- The task to all, an answer from each, and a word at the end.
INSERT INTO line
SELECT s.p, s.n, 3, 0,
       'message' || char(9) || s.id || '-0' || char(9) || 'user'
       || char(9) || strftime('%Y-%m-%dT%H:%M:%SZ', s.began, 'unixepoch') || char(9) || '\N' || char(9) || s.task
FROM session AS s;
INSERT INTO line
SELECT s.p, s.n, 3, 1 + i.number,
       'message' || char(9) || s.id || '-' || (i.number + 1) || char(9) || 'assistant'
       || char(9) || strftime('%Y-%m-%dT%H:%M:%SZ', s.began + 60 + 20 * i.number, 'unixepoch')
       || char(9) || i.number
       || char(9) || CASE (s.n + i.number) % 4 WHEN 0 THEN 'I read the tests first.'
                          WHEN 1 THEN 'The fault is where the input is parsed.'
                          WHEN 2 THEN 'Two ways are open; I take the smaller one.'
                          ELSE 'This wants a test that fails today.' END
FROM session AS s JOIN instance AS i USING (n);
INSERT INTO line
SELECT s.p, s.n, 4, 0,
       'message' || char(9) || s.id || '-9' || char(9) || 'system'
       || char(9) || strftime('%Y-%m-%dT%H:%M:%SZ', s.began + s.took, 'unixepoch') || char(9) || '\N'
       || char(9) || 'The session is ' || s.status || '.'
FROM session AS s WHERE s.status IN ('completed', 'failed');

SELECT '# Made by generate.sql; src/load.h says what the fields are.';
SELECT text FROM line ORDER BY p, n, part, sub;
