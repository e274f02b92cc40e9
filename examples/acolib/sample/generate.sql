-- SPDX-License-Identifier: MIT
-- Writes orchestrator.tsv, always the same bytes:
--
--     sqlite3 -batch -init /dev/null :memory: < generate.sql > orchestrator.tsv
--
-- Two months of an orchestrator that works on twelve repositories. Nothing is random: what varies,
-- varies with a hash of the row's number. The rows pass through the real schema, so that every
-- check and foreign key has seen them.
PRAGMA foreign_keys = ON;
.read ../migrations/20250115001_create_tasks.up.sql
.read ../migrations/20250115002_create_workflows.up.sql
.read ../migrations/20250115003_create_workflow_tasks.up.sql
.read ../migrations/20250115004_create_tool_executions.up.sql
.read ../migrations/20250115005_create_sessions.up.sql
.read ../migrations/20250115006_create_configurations.up.sql

-- hash(n, salt), from 0 to 2^31 - 2, as a table: SQL has no functions of its own.
CREATE TEMP TABLE hash (n INTEGER, salt INTEGER, h INTEGER, PRIMARY KEY (n, salt)) WITHOUT ROWID;
WITH RECURSIVE
    n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 3999),
    salt (salt) AS (SELECT 0 UNION ALL SELECT salt + 1 FROM salt WHERE salt < 11)
INSERT INTO hash
SELECT n, salt,
       ((n * 7919 + salt * 104729 + 271828) * 48271 % 2147483647) * 69621 % 2147483647
FROM n, salt;

CREATE TEMP TABLE repository (r INTEGER PRIMARY KEY, name TEXT, language TEXT);
INSERT INTO repository VALUES
    (0, 'billing-api', 'go'), (1, 'ledger', 'c'), (2, 'web-shop', 'typescript'),
    (3, 'search-index', 'rust'), (4, 'mail-relay', 'c'), (5, 'image-resizer', 'go'),
    (6, 'docs-site', 'markdown'), (7, 'fraud-model', 'python'), (8, 'mobile-app', 'kotlin'),
    (9, 'edge-proxy', 'rust'), (10, 'data-lake', 'scala'), (11, 'infra', 'hcl');

CREATE TEMP TABLE job (j INTEGER PRIMARY KEY, task_type TEXT, title TEXT, config TEXT);
INSERT INTO job VALUES
    (0, 'script', 'Run the tests of %s', '{"command":"make test","timeout_s":900}'),
    (1, 'tool', 'Review the open changes of %s', '{"tool":"review","depth":2}'),
    (2, 'workflow', 'Release %s', '{"steps":["build","sign","publish"],"channel":"stable"}'),
    (3, 'tool', 'Find dead code in %s', '{"tool":"search_code","pattern":"unused"}'),
    (4, 'script', 'Update the dependencies of %s', '{"command":"make update","retries":1}'),
    (5, 'script', 'Format the sources of %s', '{"command":"make format"}'),
    (6, 'tool', 'Answer the new issues of %s', '{"tool":"triage","labels":["bug","question"]}'),
    (7, 'workflow', 'Migrate the database of %s', '{"steps":["backup","migrate","verify"]}'),
    (8, 'script', 'Measure the start-up time of %s', '{"command":"make bench","runs":5}'),
    (9, 'tool', 'Explain the failing build of %s', '{"tool":"explain","lines":200}');

CREATE TEMP TABLE tool (t INTEGER PRIMARY KEY, name TEXT, arguments TEXT, output TEXT,
                        error TEXT, usual_ms INTEGER);
INSERT INTO tool VALUES
    (0, 'read_file', '{"path":"src/main.%s"}', '{"lines":214}', 'no such file', 4),
    (1, 'write_file', '{"path":"CHANGELOG.md","append":true}', '{"bytes":96}', 'read-only file', 7),
    (2, 'run_command', '{"command":"make test","cwd":"%s"}', '{"exit":0}',
     'exit 2' || char(10) || 'make: *** [Makefile:31: test] Error 2', 41000),
    (3, 'search_code', '{"pattern":"TODO","path":"%s"}', '{"matches":12}', 'bad pattern', 320),
    (4, 'http_get', '{"url":"https://ci.example.com/%s/latest"}', '{"status":200}',
     'connection reset', 180),
    (5, 'apply_patch', '{"patch":"@@ -1,2 +1,2 @@\n-old\n+new"}', '{"hunks":1}',
     'hunk 1 does not apply', 15),
    (6, 'git_commit', '{"message":"%s: format"}', '{"commit":"ok"}', 'nothing to commit', 60),
    (7, 'list_directory', '{"path":"%s"}', '{"entries":37}', 'permission denied', 2);

CREATE TEMP VIEW uuid AS
SELECT a.n, a.salt,
       printf('%08x-%04x-4%03x-%04x-%08x%04x', a.h, b.h % 65536, b.h / 65536 % 4096,
              32768 + c.h % 16384, (c.h / 7 + a.n * 2654435) % 2147483647,
              (a.h + b.h) % 65536) AS id
FROM hash AS a
JOIN hash AS b ON b.n = a.n AND b.salt = a.salt + 1
JOIN hash AS c ON c.n = a.n AND c.salt = a.salt + 2
WHERE a.salt % 3 = 0;

-- 2,000 tasks, forty minutes apart or so; of the last forty some have not ended.
CREATE TEMP TABLE draft AS
SELECT n.n, u.id, printf(job.title, r.name) AS title, job.task_type, job.config, r.name AS repo,
       r.language,
       julianday('2025-01-15 06:00:00') + n.n * 0.0295 + n.h % 1000 * 0.000019 AS created,
       CASE WHEN n.n >= 1985 THEN 'pending'
            WHEN n.n >= 1960 AND n.n % 2 = 0 THEN 'running'
            WHEN h1.h % 100 < 82 THEN 'completed'
            WHEN h1.h % 100 < 94 THEN 'failed'
            ELSE 'cancelled' END AS status,
       (3 + h2.h % 40) / 86400.0 AS wait, (80 + h3.h % 1500) / 86400.0 AS work,
       h1.h AS h1, h2.h AS h2, h3.h AS h3
FROM hash AS n
JOIN hash AS h1 ON h1.n = n.n AND h1.salt = 4
JOIN hash AS h2 ON h2.n = n.n AND h2.salt = 7
JOIN hash AS h3 ON h3.n = n.n AND h3.salt = 10
JOIN uuid AS u ON u.n = n.n AND u.salt = 0
JOIN job ON job.j = n.h / 3 % 10
JOIN repository AS r ON r.r = h2.h / 11 % 12
WHERE n.salt = 3 AND n.n < 2000;

INSERT INTO tasks
SELECT id, title,
       CASE WHEN h2 % 4 = 0 THEN 'Asked for by the maintainers of ' || repo || '.' END,
       task_type, status, config,
       CASE h3 % 3 WHEN 0 THEN json_object('priority', h3 % 5, 'labels', json_array(language))
                   END,
       CASE WHEN h1 % 20 > 0 THEN '/srv/repos/' || repo END,
       strftime('%Y-%m-%d %H:%M:%f', created),
       strftime('%Y-%m-%d %H:%M:%f',
                CASE status WHEN 'pending' THEN created
                            WHEN 'running' THEN created + wait
                            WHEN 'cancelled' THEN created + wait * 9
                            ELSE created + wait + work END),
       CASE WHEN status NOT IN ('pending', 'cancelled')
            THEN strftime('%Y-%m-%d %H:%M:%f', created + wait) END,
       CASE WHEN status NOT IN ('pending', 'running')
            THEN strftime('%Y-%m-%d %H:%M:%f',
                          created + CASE status WHEN 'cancelled' THEN wait * 9 ELSE wait + work END)
            END,
       CASE WHEN status = 'failed'
            THEN CASE h3 % 3 WHEN 0 THEN 'a tool failed: see the log'
                             WHEN 1 THEN 'exit status 2' || char(10) || char(9) || 'at step "test"'
                             ELSE 'no space left in /srv/repos/' || repo END
            END
FROM draft
ORDER BY n;

-- One to three runs for each task that was started; the last run of a failed task failed.
INSERT INTO tool_executions
SELECT u.id, d.id, tool.name,
       printf(tool.arguments, CASE tool.t WHEN 0 THEN d.language ELSE d.repo END),
       CASE WHEN s.status = 'completed' THEN tool.output END,
       s.status,
       CASE s.status WHEN 'failed' THEN tool.error WHEN 'timeout' THEN 'no answer' END,
       strftime('%Y-%m-%d %H:%M:%f', s.began),
       CASE WHEN s.status NOT IN ('pending', 'running')
            THEN strftime('%Y-%m-%d %H:%M:%f',
                          s.began + (1 + tool.usual_ms * s.percent / 100) / 86400000.0) END,
       CASE WHEN s.status NOT IN ('pending', 'running') THEN 1 + tool.usual_ms * s.percent / 100 END
FROM (SELECT d.n, k.k, d.created + d.wait + k.k * 6 / 86400.0 AS began,
             (d.h1 / 5 + k.k * 3) % 8 AS t,
             row_number() OVER (ORDER BY d.n, k.k) - 1 AS number,
             CASE WHEN d.status = 'running' AND k.k = d.h3 % 3 THEN
                       CASE d.n % 4 WHEN 0 THEN 'running' ELSE 'pending' END
                  WHEN d.status = 'failed' AND k.k = d.h3 % 3 THEN
                       CASE d.h2 % 5 WHEN 0 THEN 'timeout' ELSE 'failed' END
                  ELSE 'completed' END AS status,
             60 + (d.h3 / 13 + k.k * 37) % 90 AS percent
      FROM draft AS d
      JOIN (SELECT 0 AS k UNION ALL SELECT 1 UNION ALL SELECT 2) AS k ON k.k <= d.h3 % 3
      WHERE d.status NOT IN ('pending', 'cancelled')) AS s
JOIN draft AS d ON d.n = s.n
JOIN tool ON tool.t = s.t
JOIN uuid AS u ON u.n = s.number AND u.salt = 6
ORDER BY s.number;

-- A release workflow for each repository and month, and a nightly one.
INSERT INTO workflows
SELECT u.id, CASE n.n / 12 WHEN 2 THEN 'nightly ' ELSE 'release ' END || r.name,
       CASE WHEN n.n / 12 = 2 THEN 'Every night at two.' END,
       CASE n.n / 12 WHEN 2 THEN '{"on":{"cron":"0 2 * * *"}}' ELSE '{"on":{"tag":"v*"}}' END,
       CASE n.n / 12 WHEN 0 THEN 'archived'
                     WHEN 1 THEN CASE n.n % 4 WHEN 3 THEN 'draft' ELSE 'active' END
                     ELSE CASE n.n % 6 WHEN 5 THEN 'paused' ELSE 'active' END END,
       strftime('%Y-%m-%d %H:%M:%f', '2025-01-15 08:00', '+' || (n.n * 1.7) || ' days'),
       strftime('%Y-%m-%d %H:%M:%f', '2025-01-15 08:00', '+' || (n.n * 1.7 + 3) || ' days')
FROM hash AS n
JOIN repository AS r ON r.r = n.n % 12
JOIN uuid AS u ON u.n = 3900 + n.n AND u.salt = 0
WHERE n.salt = 0 AND n.n < 36
ORDER BY n.n;

INSERT INTO workflow_tasks
SELECT w.id, d.id, row_number() OVER (PARTITION BY w.id ORDER BY d.n),
       strftime('%Y-%m-%d %H:%M:%f', max(julianday(w.created_at), d.created))
FROM (SELECT id, name, created_at, row_number() OVER (ORDER BY created_at) - 1 AS n
      FROM workflows) AS w
JOIN draft AS d ON d.repo = substr(w.name, 9) AND d.n % 25 = w.n / 12
ORDER BY w.n, d.n;

-- Clients of the orchestrator. Of 400 sessions the last forty are open.
INSERT INTO sessions
SELECT u.id, 'client-' || (n.h % 25),
       CASE h1.h % 5 WHEN 1 THEN 'ada' WHEN 2 THEN 'grace' WHEN 3 THEN 'linus' WHEN 4 THEN 'edsger'
                     END,
       CASE h1.h / 7 % 6 WHEN 0 THEN 'http' WHEN 1 THEN 'grpc' ELSE 'websocket' END,
       n.n >= 360,
       CASE WHEN n.h % 2
            THEN json_object('agent', 'acolib/' || (1 + n.h % 3) || '.' || (h1.h % 9)) END,
       strftime('%Y-%m-%d %H:%M:%f', '2025-01-15 07:00',
                '+' || (n.n * 211) || ' minutes'),
       strftime('%Y-%m-%d %H:%M:%f', '2025-01-15 07:00',
                '+' || (n.n * 211 + h1.h % 300) || ' minutes'),
       strftime('%Y-%m-%d %H:%M:%f', '2025-01-15 07:00',
                '+' || (n.n * 211 + h1.h % 300) || ' minutes')
FROM hash AS n
JOIN hash AS h1 ON h1.n = n.n AND h1.salt = 9
JOIN uuid AS u ON u.n = 3000 + n.n AND u.salt = 3
WHERE n.salt = 8 AND n.n < 400
ORDER BY n.n;

INSERT INTO configurations (key, value, value_type, description, is_secret, created_at, updated_at)
SELECT column1, column2, column3, column4, column5,
       '2025-01-15 06:00:00.000',
       strftime('%Y-%m-%d %H:%M:%f', '2025-01-15 06:00', '+' || row_number() OVER () || ' days')
FROM (VALUES
    ('orchestrator.name', 'north', 'string', 'Shown to clients', 0),
    ('orchestrator.max_running', '8', 'integer', 'Tasks that run at once', 0),
    ('orchestrator.paused', 'false', 'boolean', NULL, 0),
    ('session.silence_s', '90', 'integer',
     'A session without a heartbeat for so long has expired', 0),
    ('session.keep_s', '2592000', 'integer', 'Closed sessions are kept for so long', 0),
    ('execution.limit_s', '900', 'integer', 'A tool that runs longer has timed out', 0),
    ('execution.retry_factor', '1.5', 'float',
     'Each wait is so much longer than the one before', 0),
    ('tools.enabled', '["read_file","write_file","run_command","search_code"]', 'json', NULL, 0),
    ('tools.run_command.shell', '/bin/sh', 'string', NULL, 0),
    ('http.user_agent', 'acolib/1.0', 'string', NULL, 0),
    ('http.timeout_s', '30', 'integer', NULL, 0),
    ('http.token', 'example-token-not-a-real-one', 'string', 'For the build server', 1),
    ('signing.key', '{"kid":"k1","secret":"example-only"}', 'json', 'For releases', 1),
    ('webhook.secret', 'example-secret-not-a-real-one', 'string', NULL, 1),
    ('ui.theme', 'dark', 'string', NULL, 0),
    ('ui.page_size', '50', 'integer', NULL, 0),
    ('metrics.sample_rate', '0.05', 'float', 'Share of the tasks that are measured', 0),
    ('metrics.enabled', 'true', 'boolean', NULL, 0));

-- The text form of PostgreSQL's COPY, behind the name of the table: columns are separated by tabs,
-- NULL is \N, and a backslash, a tab or a line feed in a value is \\, \t or \n.
UPDATE tasks
SET error = replace(replace(replace(error, '\', '\\'), char(9), '\t'), char(10), '\n');
UPDATE tool_executions
SET arguments = replace(arguments, '\', '\\'),
    error = replace(replace(replace(error, '\', '\\'), char(9), '\t'), char(10), '\n');

.mode list
.headers off
.separator "\t"
.nullvalue "\\N"

SELECT '#workflows', 'id', 'name', 'description', 'definition', 'status',
       'created_at', 'updated_at';
SELECT 'workflows', * FROM workflows ORDER BY rowid;

SELECT '#tasks', 'id', 'title', 'description', 'task_type', 'status', 'config', 'metadata',
       'workspace_path', 'created_at', 'updated_at', 'started_at', 'completed_at', 'error';
SELECT 'tasks', * FROM tasks ORDER BY rowid;

SELECT '#workflow_tasks', 'workflow_id', 'task_id', 'sequence', 'created_at';
SELECT 'workflow_tasks', * FROM workflow_tasks ORDER BY rowid;

SELECT '#tool_executions', 'id', 'task_id', 'tool_name', 'arguments', 'output', 'status', 'error',
       'created_at', 'completed_at', 'duration_ms';
SELECT 'tool_executions', * FROM tool_executions ORDER BY rowid;

SELECT '#sessions', 'id', 'client_id', 'user_id', 'connection_type', 'is_active', 'metadata',
       'created_at', 'updated_at', 'last_heartbeat';
SELECT 'sessions', * FROM sessions ORDER BY rowid;

SELECT '#configurations', 'key', 'value', 'value_type', 'description', 'is_secret', 'created_at',
       'updated_at';
SELECT 'configurations', * FROM configurations ORDER BY rowid;
