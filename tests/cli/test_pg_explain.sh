#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# tenon explain on PostgreSQL: the generic plan on the schema, that on a database, a run, and advice.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/pg.sh"

project() {
    pg_start
    server=$(pg_database planner)
    write tenon.ini <<INI
[database]
engine = postgres
check_url = $server
INI
    write migrations/1_schema.up.sql <<'SQL'
CREATE SCHEMA shop;
CREATE TABLE users (id bigint PRIMARY KEY, mail text NOT NULL UNIQUE);
CREATE TABLE tasks (
    id bigint PRIMARY KEY,
    owner bigint NOT NULL REFERENCES users,
    title text NOT NULL,
    status text NOT NULL DEFAULT 'queued',
    is_done boolean NOT NULL DEFAULT false,
    tags text[],
    at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX tasks_owner ON tasks (owner);
CREATE TABLE shop."Order" (id int PRIMARY KEY, "From" text NOT NULL);
CREATE TABLE log (what text);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
    $$BEGIN INSERT INTO log VALUES (NEW.title); RETURN NEW; END$$;
CREATE TRIGGER noted AFTER UPDATE ON tasks FOR EACH ROW EXECUTE FUNCTION note();
CREATE SEQUENCE numbers;
SQL
    write queries/tasks.sql <<'SQL'
-- name: task_find :optional
SELECT title FROM tasks WHERE id = :id;

-- name: task_list :many
SELECT id, title FROM tasks WHERE owner = :owner ORDER BY title;

-- name: task_page :many
SELECT id FROM tasks WHERE TRUE
  /*? owner */ AND owner = :owner /*?*/
  /*? some */ AND id IN (:ids[]) /*?*/
ORDER BY /*: sort newest */ at DESC /*: title = title :*/;

-- name: task_add :exec
INSERT INTO tasks (id, owner, title) VALUES (:id, :owner, :title)
ON CONFLICT (id) DO UPDATE SET title = excluded.title;

-- name: task_rename :exec
UPDATE tasks SET title = :title WHERE id = :id;

-- name: task_done :exec
UPDATE tasks SET is_done = TRUE WHERE id = :id;

-- name: task_drop :exec
WITH gone AS (DELETE FROM ONLY public.tasks WHERE id = :id) INSERT INTO log VALUES ('gone');
SQL
}

# The same on a database with three tasks of owner 1 and one of owner 2.
filled() {
    project
    DATABASE_URL=$(pg_database filled)
    export DATABASE_URL
    run "$TENON" migrate up -q
    expect_exit 0
    pg_psql "$DATABASE_URL" "INSERT INTO users SELECT i, 'm' || i FROM generate_series(1, 2000) AS i;
        INSERT INTO tasks (id, owner, title) VALUES (1, 1, 'c'), (2, 1, 'a'), (3, 2, 'b'), (4, 1, 'b');
        ANALYZE" >/dev/null
}

test_plan_of_a_query_is_the_generic_one() {
    project
    run "$TENON" explain task_list
    expect_exit 0
    expect_err_empty
    cat >wanted <<'TEXT'
SELECT id, title FROM tasks WHERE owner = $1 ORDER BY title

`--Sort by tasks.title  [temp-btree]
   `--Bitmap Heap Scan on tasks
      `--Bitmap Index Scan on tasks_owner (tasks.owner = $1)

temp-btree: rows are collected and sorted before the first one comes
TEXT
    expect_out_file wanted
    run "$TENON" explain task_find
    expect_out_contains '`--Index Scan using tasks_pkey on tasks (tasks.id = $1)'
    expect_equal "$(pg_psql "$server" "SELECT count(*) FROM pg_database WHERE datname LIKE 'tenon\_check\_%'")" 0
}

test_a_private_server_is_as_good() {
    project
    printf '[database]\nengine = postgres\n' >tenon.ini
    run "$TENON" explain task_find
    expect_exit 0
    expect_out_contains '`--Index Scan using tasks_pkey on tasks (tasks.id = $1)'
    run "$TENON" explain "SELECT mail FROM users WHERE mail = 'a'"
    expect_exit 0
    expect_out_contains '`--Index Only Scan using users_mail_key on users (users.mail = '"'a'::text)  [covering-index]"
    TENON_PG_BINDIR=/nowhere PATH=/usr/bin run "$TENON" explain task_find
    expect_exit 3
    expect_err_contains "there is no server to check on: "
    for what in task_find 'SELECT 1'; do
        TENON_CHECK_URL='postgres://nobody@127.0.0.1:1/nothing' run "$TENON" explain "$what"
        expect_exit 3
        expect_err_contains "there is no server to check on: "
        TENON_CHECK_URL=${server/planner/nowhere} run "$TENON" explain "$what"
        expect_exit 3
        expect_err_contains "[no-database]"
    done
}

test_json_says_that_the_plan_is_generic() {
    project
    run "$TENON" explain task_find --json
    expect_exit 0
    expect_json
    expect_equal "$(cat "$out")" '{"v":1,"query":"task_find","sql":"SELECT title FROM tasks WHERE id = $1","on":"schema","params":[{"name":"id","set":false}],"generic":true,"plan":[{"id":1,"parent":0,"detail":"Index Scan using tasks_pkey on tasks (tasks.id = $1)","findings":[]}]}'
    run "$TENON" explain task_find --json -p id=7
    expect_out_contains '"generic":false'
    expect_out_contains "(tasks.id = '7'::bigint)"
}

test_marks_of_each_kind() {
    project
    run "$TENON" explain "SELECT id, (SELECT count(*) FROM tasks t WHERE t.owner = u.id) AS n FROM users u
        WHERE id NOT IN (SELECT owner FROM tasks WHERE title = 'a') ORDER BY mail || 'x'"
    expect_exit 0
    expect_out_contains '`--Sort by '
    expect_out_contains '  [temp-btree]'
    expect_out_contains ': Aggregate  [correlated-subquery]'
    expect_out_contains '  [full-scan]  [list-subquery]'
    run "$TENON" explain "SELECT id FROM tasks ORDER BY id LIMIT 3"
    expect_exit 0
    expect_out_lacks full-scan
    run "$TENON" explain "SELECT * FROM tasks"
    expect_out_contains '  [full-scan]'
}

test_text_of_a_query_with_parts() {
    project
    run "$TENON" explain task_page --without some -p sort=title -p owner=7
    expect_exit 0
    expect_out_contains "-- task_page; with 'owner'; without 'some'; 'sort' is 'title'"
    expect_out_contains "(tasks.owner = '7'::bigint)"
    run "$TENON" explain task_page --with some -p ids=1,2
    expect_exit 0
    expect_out_contains "(tasks.id = ANY ('{1,2}'::bigint[]))"
    run "$TENON" explain task_page --with some -p ids=1,b
    expect_exit 2
    expect_err_contains "list 'ids': element 1, 'b', is no int"
    run "$TENON" explain task_page --with some -p ids=
    expect_exit 0
}

test_what_has_no_plan() {
    project
    local sql
    for sql in "VACUUM tasks" "CREATE TABLE x (a int)" "SET work_mem = 1" "CALL x()" "COPY tasks TO STDOUT" \
        "TRUNCATE tasks" "DO 'BEGIN END'"; do
        run "$TENON" explain "$sql"
        expect_exit 7
        expect_err_contains "has no plan"
        expect_err_contains "[refused]"
    done
    run "$TENON" explain "SECURITY LABEL ON TABLE tasks IS 'x'"
    expect_exit 7
    run "$TENON" explain "EXPLAIN (ANALYZE, BUFFERS) SELECT 1 AS one"
    expect_exit 0
    expect_out_contains "SELECT 1 AS one"
    run "$TENON" explain "SELECT nope FROM tasks"
    expect_exit 1
    expect_err_contains "sql:1:8: error: no column 'nope' in table 'tasks' [unknown-column]"
    run "$TENON" explain task_lst
    expect_exit 1
    expect_err_contains "did you mean 'task_list'?"
    run "$TENON" explain "SELECT 1; SELECT 2"
    expect_exit 1
    expect_err_contains "[multiple-statements]"
}

test_plan_on_the_database_has_its_estimates() {
    filled
    run "$TENON" explain "SELECT id FROM users WHERE mail = \$1" --database
    expect_exit 0
    expect_out_contains '`--Index Scan using users_mail_key on users (users.mail = $1)  (expects 1, cost '
    run "$TENON" explain "SELECT id FROM users" --database --json
    expect_json
    expect_out_contains '"on":"database"'
    expect_out_contains '"expected_rows":2000,"cost":'
}

test_a_run_is_rolled_back() {
    filled
    run "$TENON" explain task_list --analyze -p owner=1
    expect_exit 0
    expect_out_contains "(loops 1, rows 3)"
    expect_out_contains "3 rows returned in "
    expect_out_lacks "rolled back"
    run "$TENON" explain task_rename --analyze -p id=1 -p "title='it''s'"
    expect_exit 0
    expect_out_contains "0 rows returned in "
    expect_out_contains "; rolled back, nothing is changed"
    run "$TENON" explain "UPDATE tasks SET title = \$1 RETURNING id" --analyze -p 1=x --json
    expect_json
    expect_out_contains '"analyze":{"rows":4,"time_us":'
    expect_out_contains '"rolled_back":true'
    expect_equal "$(pg_psql "$DATABASE_URL" "SELECT string_agg(title, '' ORDER BY id) FROM tasks")" cabb
    expect_equal "$(pg_psql "$DATABASE_URL" "SELECT count(*) FROM log")" 0
    run "$TENON" explain task_list --analyze
    expect_exit 0
    expect_out_contains "not set, and so NULL: owner"
    run "$TENON" explain task_find --analyze -p id=abc
    expect_exit 4
    expect_err_contains "invalid input syntax for type bigint"
    run "$TENON" explain task_add --analyze -p id=9 -p owner=7777 -p title=x
    expect_exit 4
    expect_err_contains "tasks_owner_fkey"
}

test_advice_is_tried_on_the_schema() {
    project
    run "$TENON" explain task_list --advise
    expect_exit 0
    cat >wanted <<'TEXT'

CREATE INDEX tasks_owner_title ON tasks (owner, title);
  `--Index Scan using tasks_owner_title on tasks (tasks.owner = $1)
  no longer needed: tasks_owner
  writes that pay for it: task_add (INSERT), task_rename (UPDATE), task_drop (DELETE)
TEXT
    expect_equal "$(tail -n 5 "$out")" "$(cat wanted)"
    run "$TENON" -q explain "SELECT id FROM tasks WHERE status = 'queued' ORDER BY at" --advise
    expect_out_contains "CREATE INDEX tasks_at_queued ON tasks (at) WHERE status = 'queued';"
    run "$TENON" -q explain "SELECT id FROM tasks WHERE NOT is_done AND title = 'x'" --advise
    expect_out_contains "ON tasks (title) WHERE NOT is_done;"
    run "$TENON" -q explain 'SELECT id FROM shop."Order" WHERE "From" = $1' --advise
    expect_out_contains 'CREATE INDEX order_from ON shop."Order" ("From");'
    run "$TENON" -q explain "SELECT u.mail FROM users u JOIN tasks t ON t.title = u.mail WHERE u.id = \$1" --advise
    expect_out_contains "CREATE INDEX tasks_title ON tasks (title);"
    run "$TENON" -q explain "SELECT id FROM tasks WHERE title = 'a' OR status = \$1" --advise
    expect_out_contains "CREATE INDEX tasks_title ON tasks (title);"
    expect_out_contains "CREATE INDEX tasks_status ON tasks (status);"
    for sql in "SELECT * FROM tasks" "SELECT title FROM tasks WHERE id = \$1 AND title = \$2" \
        "SELECT id FROM tasks WHERE title LIKE '%a'"; do
        run "$TENON" -q explain "$sql" --advise
        expect_exit 0
        expect_out_contains "no index was found that makes the plan better"
    done
}

test_advice_needs_the_schema_alone() {
    filled
    run "$TENON" explain task_list --database --advise
    expect_exit 7
    expect_err_contains "'--advise' tries indexes on the schema of the migrations"
    expect_equal "$(pg_psql "$DATABASE_URL" "SELECT count(*) FROM pg_indexes WHERE indexname LIKE 'tasks_owner_%'")" 0
}

run_tests
