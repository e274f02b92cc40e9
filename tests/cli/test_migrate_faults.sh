#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The commands of the family "migrate" with input that is bad, and a database that is not as it should be.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/migrating.sh"

test_syntax_error_is_shown_at_its_place_and_rolled_back() {
    three_pairs
    printf 'CREATE TABLE t4 (x);\n\nCREATE TABLE t5 (\n  id INTEGER,\n  name TEXT NOT NUL\n);\n' |
        write migrations/0004_bad.up.sql
    run "$TENON" migrate up
    expect_exit 4
    expect_err_contains "migrations/0004_bad.up.sql:5:17: error: syntax error near 'NUL' [migration-failed]"
    expect_err_contains "    5 |   name TEXT NOT NUL"
    expect_err_matches '^ +\| +\^~~$'
    expect_equal "$(versions)" "1 2 3"
    expect_equal "$(tables)" "t1 t2 t3"
}

test_failure_inside_a_trigger_is_shown_at_its_place() {
    export_url
    printf 'CREATE TABLE t (x);\nCREATE TRIGGER r AFTER INSERT ON t\nBEGIN\n  UPDATE t SET x = 1;\n  DELETE FRM t;\nEND;\n' |
        write migrations/1_a.sql
    run "$TENON" migrate up
    expect_exit 4
    expect_err_contains "migrations/1_a.sql:5:10: error: syntax error near 'FRM'"
}

test_json_diagnostics_have_the_place() {
    export_url
    printf 'SELECT 1;\nSELEKT 2;\n' | write migrations/1_a.sql
    run "$TENON" migrate up --diagnostics=json
    expect_exit 4
    expect_err_contains '"code":"migration-failed"'
    expect_err_contains '"file":"migrations/1_a.sql","line":2,"column":1'
}

test_constraint_failure_is_rolled_back() {
    three_pairs
    printf 'INSERT INTO t1 VALUES (1);\nINSERT INTO t1 VALUES (1);\n' | write migrations/0004_x.sql
    run "$TENON" migrate up
    expect_exit 4
    expect_err_contains "migrations/0004_x.sql:2:1: error: unique constraint failed"
    expect_equal "$(sql app.db 'SELECT count(*) FROM t1')" 0
}

test_partly_applied_is_5_and_then_refused() {
    export_url
    printf -- '-- no-transaction\nCREATE TABLE t1 (x);\nSELECT nowhere;\n' | write migrations/1_a.sql
    run "$TENON" migrate up
    expect_exit 5
    expect_err_contains "migrations/1_a.sql:3:8: error: no such column 'nowhere'"
    expect_err_contains "statement 1 of 2 of its up script is applied"
    expect_err_contains 'run "tenon migrate resume"'
    run "$TENON" migrate status --json
    expect_exit 0
    expect_json_value '$.migrations[0].state' partial
    run "$TENON" migrate up
    expect_exit 7
    expect_err_contains "is partly applied: statement 1 of 2"
    run "$TENON" migrate validate
    expect_exit 1
}

test_partly_applied_is_not_forgotten_without_its_file() {
    export_url
    printf -- '-- no-transaction\nCREATE TABLE t1 (x);\nSELECT nowhere;\n' | write migrations/1_a.sql
    run "$TENON" migrate up
    expect_exit 5
    rm migrations/1_a.sql
    echo "CREATE TABLE t2 (x);" | write migrations/2_b.sql
    run "$TENON" migrate status --json
    expect_json_value '$.migrations[0].version' 1
    expect_json_value '$.migrations[0].state' partial
    expect_json_value '$.migrations[1].state' pending
    run "$TENON" migrate validate
    expect_exit 1
    run "$TENON" migrate up
    expect_exit 7
    expect_err_contains "migration '1' is partly applied"
    expect_equal "$(sql app.db "SELECT count(*) FROM sqlite_schema WHERE name = 't2'")" 0
}

test_duplicate_version_names_both_files() {
    three_pairs
    echo "SELECT 1;" | write migrations/2_again.sql
    run "$TENON" migrate up
    expect_exit 2
    expect_err_contains "migrations/0002_t2.up.sql"
    expect_err_contains "migrations/2_again.sql"
    expect_err_contains "[migration-duplicate]"
    expect_no_file app.db
}

test_file_that_is_not_utf8_is_shown_at_its_line() {
    export_url
    printf "SELECT 1;\nSELECT 'caf\xe9';\n" | write migrations/1_a.sql
    run "$TENON" migrate up
    expect_exit 2
    expect_err_contains "migrations/1_a.sql:2:12: error:"
    expect_err_contains "[migration-encoding]"
    expect_no_file app.db
    printf 'SELECT 1;\n\0' | write migrations/1_a.sql
    run "$TENON" migrate status
    expect_exit 2
    expect_err_contains "a NUL byte"
}

test_file_name_without_version_is_usage_error() {
    export_url
    echo "SELECT 1;" | write migrations/seed_data.sql
    run "$TENON" migrate up
    expect_exit 2
    expect_err_contains "migrations/seed_data.sql"
    expect_err_contains "[migration-name]"
}

test_doubtful_down_is_shown_at_its_line() {
    export_url
    printf -- '-- UP\nCREATE TABLE t (x);\n-- DOWN\n-- DROP TABEL t;\n' | write migrations/1_a.sql
    run "$TENON" migrate up
    expect_exit 2
    expect_err_contains "migrations/1_a.sql:4:4: error: reads like a statement"
    expect_err_contains "    4 | -- DROP TABEL t;"
    expect_err_contains "[migration-ambiguous]"
}

test_near_marks_are_shown_and_nothing_is_run() {
    export_url
    printf -- '-- up\nCREATE TABLE t (x);\n-- down\nDROP TABLE t;\n' | write migrations/1_a.sql
    run "$TENON" migrate up
    expect_exit 2
    expect_err_contains "migrations/1_a.sql:1:1: error: both directions in one file need '-- UP'"
    expect_err_contains "name it '1_a.up.sql' if all of it is to be run [migration-ambiguous]"
    expect_err_contains "    1 | -- up"
    expect_no_file app.db
    printf -- '-- migrate:up\nCREATE TABLE t (x);\n-- migrate:down\nDROP TABLE t;\n' | write migrations/1_a.sql
    run "$TENON" migrate status
    expect_exit 2
    expect_err_contains "migrations/1_a.sql:1:1: error: a mark of dbmate"
}

test_missing_folder_is_usage_error_with_the_next_command() {
    export_url
    run "$TENON" migrate up
    expect_exit 2
    expect_err_contains "cannot read 'migrations': no such file or folder [unreadable]"
    expect_err_contains "tenon migrate add NAME"
    expect_no_file app.db
    run "$TENON" migrate status --migrations elsewhere
    expect_exit 2
    expect_err_contains "'elsewhere'"
}

test_file_where_the_folder_should_be_is_usage_error() {
    export_url
    echo | write migrations
    run "$TENON" migrate up
    expect_exit 2
    run "$TENON" migrate add x
    expect_exit 2
}

test_unreadable_migration_is_usage_error() {
    export_url
    mkdir migrations
    ln -s /nowhere migrations/1_a.sql
    run "$TENON" migrate up
    expect_exit 2
    expect_err_contains "migrations/1_a.sql"
    expect_err_contains "[unreadable]"
}

# As a user who is held by permissions: oneself, or nobody where root runs the tests.
as_user() {
    if [ "$(id -u)" -ne 0 ]; then "$@"; else setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; fi
}

# The scratch folder is that user's, too; skip where there is none.
let_user_in() {
    [ "$(id -u)" -eq 0 ] || return 0
    command -v setpriv >/dev/null || skip "needs setpriv, or a user other than root"
    chmod o+rx "${tn_scratch:?}"
    chmod -R o+rwX .
    as_user test -x "$TENON" || skip "the program is not within reach of other users"
}

test_folder_without_rights_is_usage_error() {
    three_pairs
    let_user_in
    chmod 000 migrations
    run as_user "$TENON" migrate up
    expect_exit 2
    expect_err_contains "cannot read 'migrations': permission denied"
    chmod 755 migrations
    chmod 000 migrations/0002_t2.up.sql
    run as_user "$TENON" migrate up
    expect_exit 2
    expect_err_contains "cannot read 'migrations/0002_t2.up.sql': permission denied"
    expect_no_file app.db
}

test_read_only_database_is_3() {
    three_pairs
    "$TENON" migrate up -q -n 1
    sql app.db "PRAGMA journal_mode = delete" >/dev/null
    let_user_in
    chmod 444 app.db
    chmod 555 .
    run as_user "$TENON" migrate up
    expect_exit 3
    chmod 755 .
    run "$TENON" migrate up --url "sqlite:app.db?mode=ro"
    expect_exit 3
    expect_equal "$(versions)" "1"
}

test_database_that_is_none_is_3() {
    three_pairs
    head -c 5000 /dev/urandom >app.db
    local before
    before=$(snapshot)
    run "$TENON" migrate up
    expect_exit 3
    expect_err_contains "[not-a-database]"
    run "$TENON" migrate status
    expect_exit 3
    expect_equal "$(snapshot)" "$before"
}

test_history_of_another_shape_is_7_for_all() {
    three_pairs
    sql app.db "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT)"
    local command
    for command in up "up --dry-run" down status validate; do
        # shellcheck disable=SC2086
        run "$TENON" migrate $command
        expect_exit 7
        expect_err_contains "error: table '_sqlx_migrations' has no column 'installed_on'"
        expect_err_contains "[history-shape]"
    done
    expect_equal "$(sql app.db "SELECT count(*) FROM sqlite_schema")" 2
}

test_read_only_connection_is_shown_with_the_file() {
    export_url
    printf 'PRAGMA query_only=ON;\n' | write migrations/1_a.sql
    run "$TENON" migrate up
    expect_exit 4
    expect_err_contains "migrations/1_a.sql: error: attempt to write a readonly database"
    expect_err_contains "[migration-failed]"
}

test_locked_database_is_6() {
    three_pairs
    "$TENON" migrate up -q -n 1
    mkfifo hold
    sqlite3 -batch -init /dev/null app.db <hold >locked 2>&1 &
    local shell=$!
    exec 8>hold
    echo "BEGIN IMMEDIATE; SELECT 'locked';" >&8
    until grep -q locked locked; do sleep 0.05; done
    run "$TENON" migrate up --url "sqlite:app.db?busy_timeout=50ms"
    expect_exit 6
    expect_err_contains "database is locked ('app.db') [locked]"
    run "$TENON" migrate status
    expect_exit 0
    echo ROLLBACK\; >&8
    exec 8>&-
    wait "$shell"
    expect_equal "$(versions)" "1"
}

test_two_at_once_apply_each_once() {
    three_pairs
    local pids=() pid
    for _ in 1 2 3; do
        "$TENON" migrate up -q &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do wait "$pid" || fail "a migrator failed"; done
    expect_equal "$(versions)" "1 2 3"
}

run_tests
