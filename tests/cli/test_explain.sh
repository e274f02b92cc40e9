#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# tenon explain: the plan on the schema and on the database, what a run costs, and advice; bad input.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"

project() {
    export DATABASE_URL=sqlite:app.db
    write migrations/0001_tasks.sql <<'SQL'
CREATE TABLE tasks (
    id INTEGER PRIMARY KEY,
    owner INTEGER NOT NULL,
    title TEXT NOT NULL,
    done BOOLEAN NOT NULL DEFAULT 0
);
CREATE INDEX tasks_owner ON tasks (owner);
CREATE VIEW open_tasks AS SELECT * FROM tasks WHERE NOT done;
CREATE TABLE log (what TEXT);
CREATE TRIGGER tasks_log AFTER UPDATE ON tasks BEGIN INSERT INTO log VALUES (new.title); END;
SQL
    write queries/tasks.sql <<'SQL'
-- name: task_list :many
SELECT id, title FROM tasks WHERE owner = :owner ORDER BY title;

-- name: task_rename :exec
UPDATE tasks SET title = :title WHERE id = :id;

-- name: task_done :many
UPDATE tasks SET done = 1 WHERE owner = :owner RETURNING id;
SQL
}

# One query with optional parts, a choice and a list.
forms() {
    filled
    write queries/page.sql <<'SQL'
-- name: task_page :many
SELECT id FROM tasks WHERE TRUE
  /*? owner */ AND owner = :owner /*?*/
  /*? open */ AND NOT done /*?*/
  /*? some */ AND id IN (:ids[]) /*?*/
ORDER BY /*: sort newest */ id DESC /*: title = title, id :*/;
SQL
}

# The same, with three tasks of owner 1 and one of owner 2.
filled() {
    project
    run "$TENON" migrate up -q
    expect_exit 0
    sql app.db "INSERT INTO tasks (owner, title) VALUES (1, 'c'), (1, 'a'), (2, 'b'), (1, 'b')"
}

test_plan_of_a_query_needs_no_database() {
    project
    run "$TENON" explain task_list
    expect_exit 0
    expect_err_empty
    cat >wanted <<'TEXT'
SELECT id, title FROM tasks WHERE owner = ?1 ORDER BY title

|--SEARCH tasks USING INDEX tasks_owner (owner=?)
`--USE TEMP B-TREE FOR ORDER BY  [temp-btree]

temp-btree: rows are collected and sorted before the first one comes
TEXT
    expect_out_file wanted
    expect_no_file app.db
}

test_plan_of_sql_views_and_with() {
    project
    run "$TENON" explain 'SELECT * FROM open_tasks WHERE title = ?'
    expect_exit 0
    expect_out_contains '`--SCAN tasks  [full-scan]'
    run "$TENON" explain 'WITH t AS MATERIALIZED (SELECT * FROM "tasks") SELECT (SELECT what FROM log WHERE what = t.title) FROM t'
    expect_exit 0
    expect_out_contains '|--MATERIALIZE t'
    expect_out_contains '|  `--SCAN tasks  [full-scan]'
    expect_out_contains '|--SCAN t'
    expect_out_lacks '|--SCAN t  ['
    expect_out_contains '[correlated-subquery]'
    expect_out_contains '   `--SCAN log  [full-scan]'
}

test_sql_from_standard_input() {
    project
    run_shell "echo 'EXPLAIN QUERY PLAN SELECT 7;' | '$TENON' explain -"
    expect_exit 0
    expect_out_contains 'SELECT 7'
    run_shell "printf '' | '$TENON' explain -"
    expect_exit 2
    expect_err_contains 'no statement'
    run_shell "(printf 'SELECT * FROM tasks WHERE id IN (0'; yes ', 123456789' | head -c 1000000 | tr -d '\n'; echo ')') | '$TENON' explain -"
    expect_exit 0
    expect_out_contains 'SEARCH tasks USING INTEGER PRIMARY KEY'
    expect_out_contains '… ('
}

test_json() {
    project
    run "$TENON" explain --json task_list
    expect_exit 0
    expect_json_value '$.v' 1
    expect_json_value '$.query' task_list
    expect_json_value '$.on' schema
    expect_json_value '$.params[0].name' owner
    expect_json_value '$.plan[0].parent' 0
    expect_json_value '$.plan[0].detail' 'SEARCH tasks USING INDEX tasks_owner (owner=?)'
    expect_json_value '$.plan[0].findings' '[]'
    expect_json_value '$.plan[1].findings' '["temp-btree"]'
    run "$TENON" explain --json 'SELECT 1'
    expect_json_value '$.query' ''
    run "$TENON" explain --json --advise task_list
    expect_json_value '$.advice[0].sql' 'CREATE INDEX tasks_owner_title ON tasks (owner, title)'
    expect_json_value '$.advice[0].redundant[0]' tasks_owner
    expect_json_value '$.advice[0].writes[0].query' task_rename
    expect_json_value '$.advice[0].plan[0].findings[0]' covering-index
}

test_unknown_query_names_the_nearest() {
    project
    run "$TENON" explain task_lst
    expect_exit 1
    expect_err_contains "no query 'task_lst'"
    expect_err_contains "did you mean 'task_list'?"
    expect_out_empty
}

test_broken_sql_has_its_place() {
    project
    run "$TENON" explain 'SELECT titel FROM tasks'
    expect_exit 1
    expect_err_contains "sql:1:8: error: no column 'titel' in table 'tasks' [unknown-column]"
    run "$TENON" explain 'SELECT 1; DROP TABLE tasks'
    expect_exit 1
    expect_err_contains 'sql:1:11: error: one statement has a plan'
    run "$TENON" explain 'SELECT * FROM missing'
    expect_exit 1
    expect_err_contains 'sql:1:15'
    echo '-- name: bad :many
SELECT nope FROM tasks;' >queries/bad.sql
    run "$TENON" explain bad
    expect_exit 1
    expect_err_contains "queries/bad.sql:2:8: error: no column 'nope'"
    run "$TENON" explain task_list
    expect_exit 0
}

test_what_has_no_plan_is_refused() {
    filled
    local before sql
    before=$(sha256sum app.db)
    for sql in VACUUM 'PRAGMA journal_mode = delete' "ATTACH 'x.db' AS x" 'BEGIN; SELECT 1' \
        'DROP TABLE tasks' 'EXPLAIN VACUUM'; do
        run "$TENON" explain --analyze "$sql"
        [ "$status" -eq 7 ] || [ "$status" -eq 1 ] || fail "expected a refusal of $sql"
        expect_out_empty
    done
    run "$TENON" explain --analyze VACUUM
    expect_exit 7
    expect_err_contains "'VACUUM' has no plan: it cannot be rolled back"
    expect_equal "$(sha256sum app.db)" "$before"
    expect_no_file x.db
}

test_usage() {
    project
    run "$TENON" explain
    expect_exit 2
    run "$TENON" explain task_list --analize
    expect_exit 2
    expect_err_contains "--analyze"
    run "$TENON" explain task_list -p ownr=1
    expect_exit 2
    expect_err_contains "did you mean 'owner'?"
    run "$TENON" explain task_list --param owner
    expect_exit 2
    run "$TENON" explain task_list --database
    expect_exit 3
    expect_err_contains "no database at 'app.db'"
    rm -r migrations
    run "$TENON" explain 'SELECT 1'
    expect_exit 2
}

test_analyze_counts_rows() {
    filled
    run "$TENON" explain --analyze task_list -p owner=1
    expect_exit 0
    expect_out_matches '^3 rows returned in [0-9.]+ ms$'
    expect_out_contains 'sorts 1'
    run "$TENON" explain --analyze task_list
    expect_exit 0
    expect_out_contains 'not set, and so NULL: owner'
    expect_out_contains '0 rows returned'
    run "$TENON" explain --json --analyze 'SELECT * FROM tasks WHERE title > ?' --param 1=a
    expect_exit 0
    expect_json_value '$.on' database
    expect_json_value '$.analyze.rows' 3
    expect_json_value '$.analyze.changed' ''
    expect_json_value '$.analyze.scanned' 3
    expect_json_value '$.analyze.rolled_back' 1
}

test_analyze_of_a_write_leaves_nothing() {
    filled
    local before
    sql app.db 'PRAGMA journal_mode = delete' >/dev/null
    before=$(sha256sum app.db)
    run "$TENON" explain --analyze task_rename -p title=x -p id=1
    expect_exit 0
    expect_out_matches '^0 rows returned, 1 changed in .*; rolled back, nothing is changed$'
    run "$TENON" explain --analyze task_done -p owner=1
    expect_exit 0
    expect_out_contains '3 rows returned, 3 changed'
    expect_equal "$(sha256sum app.db)" "$before"
    expect_equal "$(sql app.db 'SELECT count(*) FROM log')" 0
    expect_equal "$(ls app.db*)" app.db
    run "$TENON" explain --analyze 'INSERT INTO tasks (owner) VALUES (1)'
    expect_exit 4
    expect_err_contains 'not-null constraint'
    expect_equal "$(sha256sum app.db)" "$before"
}

test_read_only_file_can_be_read() {
    not_root
    filled
    sql app.db 'PRAGMA journal_mode = delete' >/dev/null
    chmod a-w app.db
    run "$TENON" explain --analyze task_list -p owner=1
    expect_exit 0
    expect_out_contains '3 rows returned'
    run "$TENON" explain --analyze task_rename -p id=1
    expect_exit 3
}

test_reading_through_the_url_writes_nothing() {
    filled
    local before
    before=$(sha256sum app.db)
    run "$TENON" explain --analyze task_list --url 'sqlite:app.db?mode=ro' -p owner=2
    expect_exit 0
    expect_out_contains '1 row returned'
    run "$TENON" explain --database --advise task_list
    expect_exit 0
    expect_equal "$(sha256sum app.db)" "$before"
    expect_equal "$(ls app.db*)" app.db
}

test_locked_database_is_exit_6() {
    filled
    export DATABASE_URL='sqlite:app.db?busy_timeout=50ms'
    sql app.db 'PRAGMA journal_mode = delete' >/dev/null
    mkfifo go
    { echo 'BEGIN EXCLUSIVE;'; echo '.shell touch locked'; cat go; } | sqlite3 -batch app.db &
    local i
    for i in $(seq 100); do
        [ ! -e locked ] || break
        sleep 0.05
    done
    run "$TENON" explain --analyze task_list -p owner=1
    echo 'ROLLBACK;' >go
    wait
    expect_exit 6
    expect_err_contains '[locked]'
}

test_interrupt_rolls_back() {
    filled
    (
        trap - INT
        exec "$TENON" explain --analyze 'INSERT INTO log WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n FROM c'
    ) >"$out" 2>"$err" &
    local pid=$!
    sleep 0.5
    kill -TERM $pid
    status=0
    wait $pid || status=$?
    expect_exit 143
    expect_out_empty
    expect_equal "$(sql app.db 'SELECT count(*) FROM log')" 0
}

test_plan_on_the_database_has_its_indexes_and_statistics() {
    filled
    sql app.db 'CREATE INDEX mine ON tasks (title); ANALYZE'
    run "$TENON" explain "SELECT id FROM tasks WHERE title = 'a'"
    expect_out_contains '[full-scan]'
    run "$TENON" explain --database "SELECT id FROM tasks WHERE title = 'a'"
    expect_exit 0
    expect_out_contains 'USING COVERING INDEX mine'
    run "$TENON" explain --database --advise "SELECT owner FROM tasks WHERE title = 'a' AND owner > 1"
    expect_exit 0
    expect_out_contains 'no longer needed: mine'
    expect_equal "$(sql app.db "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'tasks_title%'")" 0
}

# A project of its own is not needed: any database will do.
test_database_without_a_project() {
    sql other.db 'CREATE TABLE t (a, b); CREATE VIRTUAL TABLE w USING fts5(x)'
    run "$TENON" --url sqlite:other.db explain --database --advise 'SELECT * FROM t, w WHERE a = 1 AND w MATCH ?'
    expect_exit 0
    expect_out_contains 'CREATE INDEX t_a_b ON t (a, b);'
    run "$TENON" --url sqlite:other.db explain --database some_query
    expect_exit 2
    echo nonsense >bad.db
    run "$TENON" --url sqlite:bad.db explain --database 'SELECT 1'
    expect_exit 3
}

test_text_of_a_query_with_parts_is_chosen() {
    forms
    run "$TENON" explain task_page
    expect_exit 0
    expect_out_contains "-- task_page; with 'owner', 'open', 'some'; 'sort' is 'newest'"
    expect_out_contains '`--SCAN the list :ids'
    expect_out_lacks VIRTUAL
    run "$TENON" explain task_page --without some --without open -p sort=title
    expect_exit 0
    cat >wanted <<'TEXT'
-- task_page; with 'owner'; without 'open', 'some'; 'sort' is 'title'
SELECT id FROM tasks WHERE TRUE
  AND owner = ?1
ORDER BY title, id

|--SEARCH tasks USING INDEX tasks_owner (owner=?)
`--USE TEMP B-TREE FOR ORDER BY  [temp-btree]

temp-btree: rows are collected and sorted before the first one comes
TEXT
    expect_out_file wanted
    run "$TENON" explain --json task_page --with open -p owner=1
    expect_exit 0
    expect_json_value '$.parts.owner' 1
    expect_json_value '$.parts.open' 1
    expect_json_value '$.parts.some' 0
    expect_json_value '$.choices.sort' newest
    expect_json_value '$.params[0].name' owner
    expect_json_value '$.params[1].name' ''
    run "$TENON" explain --advise task_page --with owner -p sort=title
    expect_exit 0
    expect_out_contains 'CREATE INDEX tasks_owner_title ON tasks (owner, title);'
}

test_list_has_values() {
    forms
    run "$TENON" explain --analyze task_page --with some -p ids=1,2 -p ids=4
    expect_exit 0
    expect_out_contains '3 rows returned'
    expect_out_lacks 'not set'
    run "$TENON" explain --analyze task_page --with some -p ids=
    expect_exit 0
    expect_out_contains '0 rows returned'
    run "$TENON" explain --analyze task_page --with some
    expect_out_contains 'not set, and so NULL: ids (an empty list)'
    run "$TENON" explain --analyze "SELECT id FROM tasks WHERE title IN (:titles[])" -p "titles=a,'c',x"
    expect_exit 0
    expect_out_contains '2 rows returned'
    run "$TENON" explain --analyze "DELETE FROM tasks WHERE id IN (?[])" -p 1=1,2
    expect_exit 0
    expect_out_contains '0 rows returned, 2 changed'
    expect_equal "$(sql app.db 'SELECT count(*) FROM tasks')" 4
}

test_usage_of_parts_and_lists() {
    forms
    local row
    while IFS='|' read -r row message; do
        # shellcheck disable=SC2086
        run "$TENON" explain $row
        expect_exit 2
        expect_out_empty
        expect_err_contains "$message"
    done <<'ROWS'
task_page --without ownr|no optional part 'ownr'; did you mean 'owner'?
task_page --with some --without open|use one
task_page -p sort=titel|choice 'sort' has no text 'titel'; did you mean 'title'?
task_page -p open=1|'open' is an optional part: '--with open' or '--without open'
task_page --without owner -p owner=1|parameter 'owner' stands in what is left out
task_page -p ids=1,b|list 'ids': element 1, 'b', is no int
task_list --without owner|task_list has no optional parts
VALUES(1) --with owner|the statement has no optional parts
ROWS
}

test_advice_says_the_next_command() {
    project
    run "$TENON" explain --advise task_list
    expect_exit 0
    expect_out_contains 'CREATE INDEX tasks_owner_title ON tasks (owner, title);'
    expect_out_contains '  no longer needed: tasks_owner'
    expect_out_contains '  writes that pay for it: task_rename (UPDATE)'
    expect_err_contains 'next: tenon migrate add tasks_owner_title'
    run "$TENON" explain --advise 'SELECT * FROM tasks'
    expect_exit 0
    expect_out_contains 'no index was found that makes the plan better'
}

test_functions_of_the_settings_have_plans() {
    project
    printf '[functions]\nslugify = (text) -> text\n' >tenon.ini
    run "$TENON" migrate up -q
    run "$TENON" explain "SELECT id FROM tasks WHERE title = slugify('x')"
    expect_exit 0
    run "$TENON" explain --database --advise "SELECT id FROM tasks WHERE title = slugify('x')"
    expect_exit 0
    expect_out_contains 'CREATE INDEX tasks_title'
    run "$TENON" explain --analyze "SELECT id FROM tasks WHERE title = slugify('x')"
    expect_exit 1
    expect_err_contains slugify
}

run_tests
