#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# tenon check: what is judged, what is refused and where, and the document of --json.
source "$(dirname "$0")/lib.sh"

schema() {
    write migrations/1_schema.sql <<'SQL'
CREATE TABLE tasks (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    status TEXT NOT NULL,
    owner TEXT
);
SQL
}

# query LINE…: queries/q.sql
query() {
    mkdir -p queries
    printf '%s\n' "$@" >queries/q.sql
}

# expect_at LINE:COLUMN CODE: the first finding of queries/q.sql.
expect_at() {
    expect_err_matches "^queries/q\.sql:$1: (error|warning): .*\[$2\]$"
}

test_good_query_passes_and_nothing_is_written() {
    schema
    query '-- name: task_find :optional' 'SELECT * FROM tasks WHERE id = :id;'
    run "$TENON" check
    expect_exit 0
    expect_out_empty
    expect_err_contains "1 query checked"
    expect_equal "$(find . -type f | sort | tr '\n' ' ')" "./migrations/1_schema.sql ./queries/q.sql "
}

test_database_of_the_settings_is_not_touched() {
    schema
    query '-- name: task_find :optional' 'SELECT * FROM tasks WHERE id = :id;'
    DATABASE_URL='sqlite:app.db?mode=rwc' run "$TENON" check
    expect_exit 0
    expect_no_file app.db
}

test_json_has_queries_and_findings() {
    schema
    query '-- name: task_find :optional' 'SELECT id, title, owner FROM tasks WHERE id = :id;' \
        '-- name: task_count :one' 'SELECT count(*) AS total FROM tasks WHERE owner IS :owner;' \
        '-- name: names :many' "SELECT name AS n FROM pragma_table_info('tasks');"
    run "$TENON" check --json
    expect_exit 0
    expect_json_value '$.v' 1
    expect_json_value '$.queries[0].name' task_find
    expect_json_value '$.queries[0].file' queries/q.sql
    expect_json_value '$.queries[0].line' 1
    expect_json_value '$.queries[0].mode' :optional
    expect_json_value '$.queries[0].sql' 'SELECT id, title, owner FROM tasks WHERE id = ?1'
    expect_json_value '$.queries[0].columns' '[{"name":"id","type":"int","nullable":false,"table":"tasks","origin":"id"},{"name":"title","type":"text","nullable":false,"table":"tasks","origin":"title"},{"name":"owner","type":"text","nullable":true,"table":"tasks","origin":"owner"}]'
    expect_json_value '$.queries[0].params' '[{"name":"id","type":"int","nullable":false}]'
    expect_json_value '$.queries[1].columns' '[{"name":"total","type":"int","nullable":false,"table":null,"origin":null}]'
    expect_json_value '$.queries[1].params' '[{"name":"owner","type":"text","nullable":true}]'
    expect_json_value '$.findings[#-1].code' unknown-nullability
    expect_json_value '$.findings[#-1].severity' warning
    expect_json_value '$.findings[#-1].line' 6
    expect_json_value '$.findings[#-1].column' 8
}

test_json_on_error_has_the_finding() {
    schema
    query '-- name: a :many' 'SELECT titel FROM tasks;'
    run "$TENON" check --json
    expect_exit 1
    expect_json_value '$.queries' '[]'
    expect_json_value '$.findings[0].code' unknown-column
    expect_json_value '$.findings[0].message' "no column 'titel' in table 'tasks'"
}

test_files_given_are_checked_alone() {
    schema
    query '-- name: a :many' 'SELECT id FROM tasks;'
    write other/b.sql <<<'-- name: b :many
SELECT nope FROM tasks;'
    run "$TENON" check
    expect_exit 0
    run "$TENON" check other/b.sql
    expect_exit 1
    expect_err_contains "other/b.sql:2:8: error: no column 'nope'"
    run "$TENON" check queries/q.sql other/missing.sql
    expect_exit 2
    expect_err_contains "other/missing.sql"
}

test_warnings_alone_are_exit_0() {
    schema
    query '-- name: a :many' "SELECT name AS m FROM pragma_table_info('tasks');"
    run "$TENON" check
    expect_exit 0
    expect_at 2:8 unknown-nullability
    expect_err_contains "help: '-- column m TYPE [not null]'"
}

# ---- bad input ----

test_missing_migrations_folder_is_exit_2() {
    query '-- name: a :one' 'SELECT 1 AS one;'
    run "$TENON" check
    expect_exit 2
    expect_err_contains "migrations"
    expect_err_contains "tenon migrate add NAME"
    local command
    for command in check generate "generate --check" "migrate validate --url a.db"; do
        # shellcheck disable=SC2086
        run "$TENON" $command
        expect_exit 2
        expect_err_contains "[unreadable]"
    done
}

test_failing_migration_is_shown_at_its_statement() {
    write migrations/1_a.sql <<<'CREATE TABLE a (id INTEGER);'
    write migrations/2_b.sql <<<'CREATE TABLE b (id INTEGER);
INSERT INTO c VALUES (1);'
    query '-- name: a :many' 'SELECT id FROM a;'
    run "$TENON" check
    expect_exit 1
    expect_err_matches '^migrations/2_b.sql:2:13: error: no such table '"'c'"' \[migration-failed\]$'
}

test_missing_table_is_named_with_the_nearest() {
    schema
    query '-- name: a :many' 'SELECT id' 'FROM  task;'
    run "$TENON" check
    expect_exit 1
    expect_at 3:7 unknown-table
    expect_err_contains "no table 'task'"
    expect_err_contains "help: 'tasks'"
}

test_missing_column_is_named_with_the_nearest() {
    schema
    query '-- name: a :many' 'SELECT id, -- a comment' '       tite /* and more */' 'FROM tasks;'
    run "$TENON" check
    expect_exit 1
    expect_at 3:8 unknown-column
    expect_err_contains "no column 'tite' in table 'tasks'"
    expect_err_contains "help: 'title'"
    expect_err_contains '^~~~'
    expect_err_contains "migrations/1_schema.sql:1:1: note: 'tasks' is created here"
}

test_missing_column_behind_parameters_keeps_its_place() {
    schema
    query '-- name: a :many' \
        'SELECT id FROM tasks WHERE title = :a_long_name AND title <> :another AND stat = 1;'
    run "$TENON" check
    expect_exit 1
    expect_at 2:75 unknown-column
}

test_missing_column_of_an_insert_is_placed() {
    schema
    query '-- name: a :exec' 'INSERT INTO tasks (title, statsu) VALUES (:t, :s);'
    run "$TENON" check
    expect_exit 1
    expect_at 2:27 unknown-column
    expect_err_contains "help: 'status'"
}

test_missing_function_is_placed() {
    schema
    query '-- name: a :many' 'SELECT id, slugify(title) AS slug FROM tasks;'
    run "$TENON" check
    expect_exit 1
    expect_at 2:12 unknown-function
    expect_err_contains "no function 'slugify'"
}

test_syntax_error_is_placed() {
    schema
    query '-- name: a :many' 'SELECT id FORM tasks;'
    run "$TENON" check
    expect_exit 1
    expect_at 2:16 syntax-error
}

test_incomplete_statement_is_placed_at_its_end() {
    schema
    query '-- name: a :many' 'SELECT id FROM tasks WHERE;'
    run "$TENON" check
    expect_exit 1
    expect_at 2:27 syntax-error
}

test_double_quoted_string_is_no_string() {
    schema
    query '-- name: a :many' 'SELECT id FROM tasks WHERE status = "open";'
    run "$TENON" check
    expect_exit 1
    expect_at 2:37 unknown-column
}

test_string_without_end_is_placed_at_its_begin() {
    schema
    query '-- name: a :many' "SELECT id FROM tasks WHERE status = 'open;" '-- name: b :many' 'SELECT 1;'
    run "$TENON" check
    expect_exit 1
    expect_at 2:37 syntax-error
    expect_err_contains "the string that begins here does not end"
}

test_statements_of_the_connection_are_refused() {
    schema
    local verb
    for verb in 'BEGIN' 'begin immediate' 'COMMIT' 'END' 'ROLLBACK' 'ROLLBACK TO a' 'SAVEPOINT a' \
        'RELEASE a' 'VACUUM' "VACUUM INTO 'x.db'" "ATTACH 'x.db' AS x" 'DETACH x' \
        'PRAGMA foreign_keys = off' 'PRAGMA main.user_version(7)' 'PRAGMA wal_checkpoint' \
        'PRAGMA Optimize' 'EXPLAIN PRAGMA foreign_keys = off'; do
        query '-- name: a :exec' "$verb;"
        run "$TENON" check
        expect_exit 1
        expect_err_matches '^queries/q\.sql:2:[19]: error: .* works on the connection.*\[not-a-query\]$'
    done
    query '-- name: a :exec' 'SAVEPOINT a;'
    run "$TENON" check
    expect_err_contains "help: tn_transact() within another"
}

test_pragma_that_only_asks_is_a_query() {
    schema
    local pragma
    for pragma in user_version foreign_keys main.user_version 'table_info(tasks)' \
        'main.index_list(tasks)' 'integrity_check(1)' 'foreign_key_check = tasks'; do
        query '-- name: a :many' "PRAGMA $pragma;"
        run "$TENON" check
        expect_exit 0
    done
}

test_two_statements_are_refused() {
    schema
    query '-- name: a :exec' 'DELETE FROM tasks; DELETE FROM tasks;'
    run "$TENON" check
    expect_exit 1
    expect_at 2:20 multiple-statements
}

test_empty_query_is_refused() {
    schema
    query '-- name: a :exec' '-- nothing here' '-- name: b :exec' ';'
    run "$TENON" check
    expect_exit 1
    expect_at 1:10 empty-query
    expect_at 3:10 empty-query
}

test_statement_without_a_name_is_refused() {
    schema
    query 'SELECT id FROM tasks;' '-- name: b :many' 'SELECT id FROM tasks;'
    run "$TENON" check
    expect_exit 1
    expect_at 1:1 query-name
}

test_wrong_mode_names_the_nearest() {
    schema
    query '-- name: a :mnay' 'SELECT id FROM tasks;' '-- name: b' 'SELECT id FROM tasks;'
    run "$TENON" check
    expect_exit 1
    expect_at 1:12 query-name
    expect_err_contains "help: ':many'"
    expect_at 3:1 query-name
}

test_bad_query_name_is_refused() {
    schema
    query '-- name: task-find :many' 'SELECT id FROM tasks;' '-- name: :many' 'SELECT id FROM tasks;'
    run "$TENON" check
    expect_exit 1
    expect_at 1:10 query-name
    expect_at 3:10 query-name
}

test_rows_are_wanted_and_there_are_none() {
    schema
    query '-- name: a :one' 'DELETE FROM tasks;'
    run "$TENON" check
    expect_exit 1
    expect_at 2:1 not-a-row-query
}

test_rows_are_there_and_not_wanted() {
    schema
    query '-- name: a :exec' 'SELECT id FROM tasks;'
    run "$TENON" check
    expect_exit 1
    expect_at 2:1 rows-ignored
}

test_two_queries_of_one_name_show_both_places() {
    schema
    query '-- name: a :many' 'SELECT id FROM tasks;'
    write queries/r.sql <<<'
-- name: a :many
SELECT title FROM tasks;'
    run "$TENON" check
    expect_exit 1
    expect_err_contains "queries/r.sql:2:10: error: there are two queries 'a' [duplicate-query]"
    expect_err_contains "queries/q.sql:1:10: note: the other one is here"
}

test_two_sources_of_one_stem_show_both() {
    schema
    query '-- name: a :many' 'SELECT id FROM tasks;'
    write more/q.sql <<<'-- name: b :many
SELECT id FROM tasks;'
    run "$TENON" check queries/q.sql more/q.sql
    expect_exit 1
    expect_err_contains "[duplicate-stem]"
    expect_err_contains "'more/q.sql' and 'queries/q.sql'"
}

test_unknown_annotation_names_the_nearest() {
    schema
    query '-- name: a :one' '-- colum n int not null' 'SELECT count(*) AS n FROM tasks;'
    run "$TENON" check
    expect_exit 1
    expect_at 2:4 unknown-annotation
    expect_err_contains "help: 'column'"
}

test_stream_is_for_many_rows() {
    local mode
    schema
    query '-- name: a :many' '-- stream' 'SELECT id FROM tasks;'
    run "$TENON" check
    expect_exit 0
    for mode in :one :optional :exec :bulk :batch; do
        query "-- name: a $mode" '-- stream' 'UPDATE tasks SET title = :t WHERE id = 1 RETURNING id;'
        run "$TENON" check
        expect_exit 1
        expect_at 2:4 bad-annotation
        expect_err_contains "'-- stream' is for rows one by one, and query 'a' is '$mode'"
        expect_err_contains "help: ':many'"
    done
}

test_stream_is_a_word_of_its_own() {
    local slip
    schema
    query '-- name: a :many' '-- stream' '-- stream' 'SELECT id FROM tasks;'
    run "$TENON" check
    expect_exit 1
    expect_at 3:4 bad-annotation
    expect_err_contains "query 'a' has two '-- stream'"
    query '-- name: a :many' '-- stream of tasks' 'SELECT id FROM tasks;'
    run "$TENON" check
    expect_exit 1
    expect_at 2:11 bad-annotation
    for slip in streem STREAM stream:; do
        query '-- name: a :many' "-- $slip" 'SELECT id FROM tasks;'
        run "$TENON" check
        expect_exit 1
        expect_at 2:4 unknown-annotation
        expect_err_contains "help: '-- stream'"
    done
    query '-- stream' '-- name: a :many' 'SELECT id FROM tasks;'
    run "$TENON" check
    expect_exit 1
    expect_at 1:1 bad-annotation
}

test_prose_is_prose() {
    schema
    query '-- A file of queries. Columns are as the table has them.' '-- name: a :many' \
        '-- The newest first: column order matters, and params too.' '-- nothing' '--' \
        'SELECT id -- returns what one expects' 'FROM tasks; -- and that is all' '-- Bye.'
    run "$TENON" check
    expect_exit 0
}

test_annotation_for_nothing_is_refused() {
    schema
    query '-- name: a :many' '-- column titel text' '-- param stauts text' \
        'SELECT title FROM tasks WHERE status = :status;'
    run "$TENON" check
    expect_exit 1
    expect_at 2:11 bad-annotation
    expect_at 3:10 param-name
    expect_err_contains "help: 'title'"
    expect_err_contains "help: 'status'"
}

test_annotation_with_unknown_type_names_the_nearest() {
    schema
    query '-- name: a :many' '-- column title txt' 'SELECT title FROM tasks;'
    run "$TENON" check
    expect_exit 1
    expect_at 2:17 bad-annotation
    expect_err_contains "help: 'text'"
}

test_annotation_twice_is_refused() {
    schema
    query '-- name: a :many' '-- column n int' '-- column n text' 'SELECT 1 AS n;'
    run "$TENON" check
    expect_exit 1
    expect_at 2:11 bad-annotation
}

test_annotation_behind_the_statement_is_refused() {
    schema
    query '-- name: a :many' 'SELECT id AS n FROM tasks;' '-- column n int'
    run "$TENON" check
    expect_exit 1
    expect_at 3:1 bad-annotation
}

test_expression_without_name_is_refused() {
    schema
    query '-- name: a :one' 'SELECT count(*), NULL FROM tasks;'
    run "$TENON" check
    expect_exit 1
    expect_at 2:8 unnamed-column
    expect_at 2:18 unnamed-column
    expect_err_lacks unknown-nullability
    expect_err_contains "give it a name with AS"
}

test_two_columns_of_one_name_are_refused() {
    schema
    query '-- name: a :many' 'SELECT a.id, b.id FROM tasks a JOIN tasks b;' \
        '-- name: b :many' 'SELECT * FROM tasks a JOIN tasks b;'
    run "$TENON" check
    expect_exit 1
    expect_at 2:14 name-collision
    expect_at 4:8 name-collision
}

test_star_that_cannot_be_expanded_is_refused() {
    schema
    query '-- name: a :many' 'SELECT * FROM (SELECT 1 AS n) JOIN (tasks JOIN (SELECT id FROM tasks) USING (id));'
    run "$TENON" check
    expect_exit 1
    expect_at 2:8 unexpanded-star
}

test_positional_parameter_without_a_name_is_refused() {
    schema
    query '-- name: a :one' 'SELECT id FROM tasks WHERE id + ? > 0;'
    run "$TENON" check
    expect_exit 1
    expect_at 2:33 param-name
    expect_err_contains "help: '-- param 1 NAME'"
}

test_parameters_that_differ_in_their_sign_alone_are_refused() {
    schema
    query '-- name: a :many' 'SELECT id FROM tasks WHERE id > :a AND id < @a;'
    run "$TENON" check
    expect_exit 1
    expect_at 2:45 name-collision
}

test_file_that_is_not_utf8_is_exit_2() {
    schema
    mkdir queries
    printf -- '-- name: a :many\nSELECT id FROM tasks; -- \xff\n' >queries/q.sql
    run "$TENON" check
    expect_exit 2
    expect_err_matches '^queries/q.sql:2:26: error: .*UTF-8'
}

test_file_with_a_nul_is_exit_2() {
    schema
    mkdir queries
    printf -- '-- name: a :many\nSELECT \0id FROM tasks;\n' >queries/q.sql
    run "$TENON" check
    expect_exit 2
    expect_err_matches '^queries/q.sql:2:8: error: .*NUL'
}

test_unreadable_file_is_exit_2() {
    not_root
    schema
    query '-- name: a :many' 'SELECT id FROM tasks;'
    chmod 0 queries/q.sql
    run "$TENON" check
    expect_exit 2
    expect_err_contains "queries/q.sql"
}

test_types_of_the_settings_must_name_what_there_is() {
    schema
    write tenon.ini <<'INI'
[types]
task = job
tasks.titel = json
INI
    query '-- name: a :many' 'SELECT id FROM tasks;'
    run "$TENON" check
    expect_exit 1
    expect_err_matches '^tenon.ini:2:1: error: .*\[unknown-table\]$'
    expect_err_matches '^tenon.ini:3:1: error: .*\[unknown-column\]$'
    expect_err_contains "help: 'title'"
}

declare_functions() {
    write tenon.ini <<'INI'
[generate]
prefix = app
[functions]
slugify = (text) -> text strict
INI
}

test_functions_of_the_settings_are_known() {
    schema
    query '-- name: a :many' 'SELECT slugify(title) AS s FROM tasks;'
    run "$TENON" check
    expect_exit 1
    expect_err_contains "no function 'slugify'"
    declare_functions
    run "$TENON" check
    expect_exit 0
}

test_functions_of_the_settings_make_generated_files_stale() {
    schema
    declare_functions
    query '-- name: a :many' 'SELECT slugify(title) AS s FROM tasks;'
    run "$TENON" generate
    expect_exit 0
    run "$TENON" generate --check
    expect_exit 0
    sed -i 's/strict/not null/' tenon.ini
    run "$TENON" generate --check
    expect_exit 1
    expect_err_contains "[stale]"
}

test_functions_of_the_settings_may_be_in_the_schema() {
    schema
    declare_functions
    write migrations/9_slugs.sql <<<'CREATE INDEX slugs ON tasks (slugify(title));'
    query '-- name: a :many' 'SELECT id FROM tasks;'
    run "$TENON" check
    expect_exit 0
    run "$TENON" schema show tasks
    expect_exit 0
    write migrations/10_called.sql <<<'CREATE TABLE x AS SELECT slugify(1) AS s;'
    run "$TENON" check
    expect_exit 1
    expect_err_matches "^migrations/10_called.sql:1:1: error: function 'slugify' of tenon.ini was called"
}

test_quote_that_is_not_closed_ends_with_its_query() {
    schema
    query '-- name: a :many' "SELECT id FROM tasks WHERE title = 'x;" '' \
        '-- name: b :many' "SELECT nope FROM tasks WHERE title = 'y';" '' \
        '/*' '-- name: d :many' "SELECT 'nope' FROM tasks;" '*/' '' \
        '-- name: e :many' "SELECT id FROM tasks WHERE title = '-- name: f" "-- name: :g';" '' \
        '-- name: c :many' 'SELECT "id FROM tasks;' '' \
        '-- name: h :many' 'SELECT "none" FROM tasks;'
    run "$TENON" check
    expect_exit 1
    expect_at 2:36 syntax-error
    expect_at 5:8 unknown-column
    expect_at 17:8 syntax-error
    expect_at 20:8 unknown-column
    expect_equal "$(grep -c error: "$err")" 4
}

run_tests
