#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The family "database", the shell, and doctor.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"
# shellcheck source=migrating.sh
source "$(dirname "$0")/migrating.sh"

test_create_makes_folders_and_is_no_failure_twice() {
    export DATABASE_URL=sqlite:data/deep/app.db
    run "$TENON" database create
    expect_exit 0
    expect_err_contains "data/deep/app.db has been created"
    expect_file data/deep/app.db
    run "$TENON" database create
    expect_exit 0
    expect_err_contains "is there already"
}

test_drop_has_to_be_confirmed_and_takes_everything() {
    export_url
    run "$TENON" database create
    touch app.db-wal app.db-shm app.db-gate
    run "$TENON" database drop
    expect_exit 7
    expect_err_contains "pass --yes, or --confirm app.db"
    expect_file app.db
    run "$TENON" database drop --confirm app.db
    expect_exit 0
    expect_equal "$(ls)" ""
    run "$TENON" database drop --yes
    expect_exit 0
    expect_err_contains "Nothing to remove"
}

test_drop_is_refused_while_somebody_has_it_open() {
    export_url
    run "$TENON" database create
    export DATABASE_URL='sqlite:app.db?busy_timeout=50ms'
    mkfifo hold
    sqlite3 -batch app.db <hold >ready 2>/dev/null &
    local pid=$!
    exec 7>hold
    echo 'SELECT count(*) FROM sqlite_schema; BEGIN; SELECT count(*) FROM sqlite_schema;' >&7
    while [ "$(wc -l <ready)" -lt 2 ]; do sleep 0.01; done
    run "$TENON" database drop --yes
    exec 7>&-
    wait $pid
    expect_exit 6
    expect_file app.db
}

test_drop_leaves_what_is_no_database() {
    export_url
    printf 'this is a letter, and not a database of any kind, so it stays where it is' >app.db
    run "$TENON" database drop --yes
    expect_exit 3
    expect_file_contains app.db "a letter"
}

test_drop_of_memory_is_usage() {
    export DATABASE_URL=sqlite::memory:
    run "$TENON" database drop --yes
    expect_exit 2
}

test_setup_and_reset_apply_migrations() {
    three_pairs
    run "$TENON" database setup
    expect_exit 0
    sql app.db 'INSERT INTO t1 VALUES (1)'
    run "$TENON" database setup
    expect_exit 0
    expect_equal "$(sql app.db 'SELECT count(*) FROM t1')" 1
    run "$TENON" database reset
    expect_exit 7
    run "$TENON" database reset --yes
    expect_exit 0
    expect_equal "$(sql app.db 'SELECT count(*) FROM t1')" 0
    expect_equal "$(versions)" "1 2 3"
}

test_wait_for_one_that_comes_and_for_none() {
    export_url
    run "$TENON" database wait --timeout 50ms
    expect_exit 3
    run "$TENON" database wait --timeout soon
    expect_exit 2
    (sleep 0.2; "$TENON" -q database create) &
    run "$TENON" database wait --timeout 20s
    wait
    expect_exit 0
    expect_err_contains "app.db answers"
}

test_info_says_what_it_is_and_writes_nothing() {
    three_pairs
    run "$TENON" migrate up -n 2
    snapshot >before
    run "$TENON" database info --json
    expect_exit 0
    expect_json_value '$.v' 1
    expect_json_value '$.url' sqlite:app.db
    expect_json_value '$.journal_mode' wal
    expect_json_value '$.applied' 2
    expect_json_value '$.pending' 1
    expect_json_value '$.tables' 3
    run "$TENON" database info
    expect_out_contains "page_size	4096"
    rm -f before.now && snapshot | grep -v ' ./before' >/tmp/tenon-now.$$ || true
    expect_equal "$(grep -v ' ./before' before)" "$(cat /tmp/tenon-now.$$)"
    rm -f /tmp/tenon-now.$$
}

test_info_without_a_database_is_3() {
    export_url
    run "$TENON" database info
    expect_exit 3
    expect_err_contains "no database at 'app.db'"
    expect_no_file app.db
    unset DATABASE_URL
    run "$TENON" database info
    expect_exit 2
}

test_shell_opens_the_database() {
    export_url
    run "$TENON" shell
    expect_exit 3
    expect_err_contains "create it with: tenon database create"
    run "$TENON" database create
    run "$TENON" shell 'SELECT 6 * 7'
    expect_exit 0
    expect_out_contains 42
    export DATABASE_URL='sqlite:app.db?mode=ro'
    run "$TENON" shell 'CREATE TABLE x (y)'
    expect_err_contains readonly
    mkdir empty
    run env PATH="$PWD/empty" "$TENON" shell
    expect_exit 2
    expect_err_contains "there is no program 'sqlite3'"
}

test_doctor_finds_and_mends() {
    three_pairs
    run "$TENON" migrate up -n 2
    sql app.db 'PRAGMA journal_mode = delete; CREATE TABLE p (id INTEGER PRIMARY KEY);
        CREATE TABLE c (p REFERENCES p); INSERT INTO c VALUES (9)' >/dev/null
    run "$TENON" doctor --json
    expect_exit 1
    expect_out_contains '"not-wal"'
    expect_out_contains '"foreign-key-violation"'
    expect_out_contains '"migrations-pending"'
    run "$TENON" doctor --fix
    expect_exit 1
    expect_err_contains "1 mended"
    expect_err_lacks "[not-wal]"
    expect_equal "$(sql app.db 'PRAGMA journal_mode')" wal
}

test_doctor_finds_damage() {
    export_url
    sql app.db 'CREATE TABLE t (a, b); CREATE INDEX i ON t (a);
        WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 2000)
        INSERT INTO t SELECT n, hex(randomblob(40)) FROM c'
    printf '\377\377\377\377\377\377' | dd of=app.db bs=1 seek=12288 conv=notrunc 2>/dev/null
    run "$TENON" doctor
    [ "$status" -eq 1 ] || [ "$status" -eq 4 ] || fail "expected a finding, or a refusal to read"
    expect_err_matches 'integrity|malformed'
}

test_commands_say_the_wal_reset_bug_of_this_engine_or_not() {
    export_url
    local version
    run "$TENON" database create
    version=$("$TENON" sql --csv 'SELECT sqlite_version()' | tail -n 1)
    run "$TENON" doctor
    case $version in
    3.51.[3-9]* | 3.5[2-9]* | 3.44.[6-9] | 3.50.[7-9]) expect_err_lacks sqlite-wal-reset-bug ;;
    *) expect_err_contains sqlite-wal-reset-bug ;;
    esac
}

# As timeout(1), or a terminal with a wrapper that passes it on: the one request comes twice.
test_a_signal_that_comes_twice_at_once_is_one() {
    export_url
    run "$TENON" database create
    "$TENON" sql "WITH n (i) AS (VALUES (1) UNION ALL SELECT i FROM n) SELECT count(*) FROM n" \
        >"$out" 2>"$err" &
    local pid=$!
    sleep 0.5
    kill -TERM "$pid" && kill -TERM "$pid"
    status=0
    wait "$pid" || status=$?
    expect_exit 143
    expect_err_contains '[interrupted]'
}

run_tests
