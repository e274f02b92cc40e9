#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# How commands open the database: by what they do with it, and what is said when they cannot.
source "$(dirname "$0")/lib.sh"

one_migration() {
    write migrations/1_users.sql <<<'CREATE TABLE users (id INTEGER PRIMARY KEY);'
}

state_of() { # FILE: its bytes, and what lies beside it
    sha256sum "$1"
    ls "$(dirname "$1")"
}

test_no_url_is_usage_error_with_ways_out() {
    one_migration
    run "$TENON" migrate status
    expect_exit 2
    expect_err_contains "error: no database is configured [usage]"
    expect_err_contains "DATABASE_URL=sqlite:app.db"
    expect_err_contains "--url"
    expect_err_contains "tenon.ini"
}

test_url_of_a_variable_that_is_not_set_names_it() {
    one_migration
    printf '[database]\nurl = ${NOPE}\n' >tenon.ini
    run "$TENON" migrate up
    expect_exit 2
    expect_err_contains "no database is configured: tenon.ini:2 takes it from 'NOPE', which is not set"
}

test_without_a_database_a_server_is_shown_where_one_is_meant() {
    printf '[database]\nengine = postgres\n' | write tenon.ini
    run "$TENON" database info
    expect_exit 2
    expect_err_contains "set DATABASE_URL=postgres://user@host/app, pass --url postgres://user@host/app"
    expect_err_lacks sqlite:
}

test_missing_database_is_not_created_by_reading() {
    one_migration
    local url
    for url in sqlite:app.db app.db 'sqlite:app.db?mode=rwc'; do
        run "$TENON" migrate status --url "$url"
        expect_exit 3
        expect_err_contains "no database at 'app.db' [no-database]"
        expect_err_contains "create it with: tenon migrate up"
        expect_no_file app.db
    done
}

test_up_creates_the_database_with_its_folders() {
    one_migration
    run "$TENON" migrate up --url sqlite:data/deep/app.db
    expect_exit 0
    expect_equal "$(sql data/deep/app.db 'SELECT count(*) FROM users')" 0
}

test_up_with_mode_rw_does_not_create() {
    one_migration
    run "$TENON" migrate up --url 'sqlite:app.db?mode=rw'
    expect_exit 3
    expect_no_file app.db
}

test_up_with_mode_ro_is_exit_3() {
    one_migration
    sql app.db 'CREATE TABLE t (x)'
    run "$TENON" migrate up --url 'sqlite:app.db?mode=ro'
    expect_exit 3
    expect_err_contains "[read-only]"
}

test_status_leaves_every_byte_alone() {
    one_migration
    local mode before
    for mode in delete wal; do
        mkdir -p "$mode"
        sql "$mode/app.db" "PRAGMA journal_mode=$mode; CREATE TABLE t (x)" >/dev/null
        before=$(sha256sum "$mode/app.db")
        run "$TENON" migrate status --url "sqlite:$mode/app.db?mode=rwc&journal_mode=truncate"
        expect_exit 0
        expect_out_contains pending
        expect_equal "$(sha256sum "$mode/app.db")" "$before"
    done
    expect_equal "$(ls delete)" app.db
}

# With journal_mode=MEMORY there is no file beside the database that would tell of the writer.
test_reading_heeds_the_lock_of_a_writer_without_a_journal_file() {
    one_migration
    sql app.db 'CREATE TABLE t (x)'
    mkfifo gate
    sqlite3 -batch -init /dev/null app.db <gate >held 2>&1 &
    local holder=$!
    exec 9>gate
    echo "PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE; INSERT INTO t VALUES (1); SELECT 'held';" >&9
    until grep -q held held; do sleep 0.02; done
    expect_equal "$(ls app.db*)" app.db
    run "$TENON" migrate status --url 'sqlite:app.db?busy_timeout=50ms'
    exec 9>&-
    wait $holder
    expect_exit 6
}

test_dry_run_on_a_missing_database_creates_nothing() {
    one_migration
    run "$TENON" migrate up --dry-run --url sqlite:data/app.db
    expect_exit 0
    expect_out_contains "CREATE TABLE users"
    expect_no_file data
}

test_dry_run_on_a_database_leaves_every_byte_alone() {
    one_migration
    mkdir db
    sql db/app.db 'CREATE TABLE t (x)'
    local before
    before=$(state_of db/app.db)
    run "$TENON" migrate up --dry-run --url sqlite:db/app.db
    expect_exit 0
    expect_out_contains "CREATE TABLE users"
    expect_equal "$(state_of db/app.db)" "$before"
}

test_names_with_odd_characters_are_opened() {
    one_migration
    local name
    for name in 'a b.db' 'a%20b.db' 'a?b.db' 'a#b&c.db' "it's.db" 'ä.db'; do
        run "$TENON" migrate up --url "$name"
        expect_exit 0
        expect_file "$name"
        run "$TENON" migrate status --exit-code --url "$name"
        expect_exit 0
        rm "$name"
    done
}

test_something_else_than_a_database_is_exit_3() {
    one_migration
    yes 'this is no database' | head -c 5000 >app.db || true
    local command before
    before=$(sha256sum app.db)
    for command in up status; do
        run "$TENON" migrate "$command" --url sqlite:app.db
        expect_exit 3
        expect_err_contains "'app.db'"
        expect_err_contains "[not-a-database]"
        expect_equal "$(sha256sum app.db)" "$before"
    done
}

test_a_folder_as_database_is_usage_error() {
    one_migration
    mkdir app.db
    run "$TENON" migrate up --url sqlite:app.db
    expect_exit 2
    expect_err_contains "'app.db' is a folder"
}

test_unknown_url_parameter_is_usage_error() {
    one_migration
    run "$TENON" migrate up --url 'sqlite:app.db?jurnal_mode=wal'
    expect_exit 2
    expect_err_contains "jurnal_mode"
    expect_no_file app.db
}

test_mistyped_scheme_makes_no_file() {
    one_migration
    local url
    for url in sqllite:app.db foo:bar 'foo:bar?mode=rwc' ' ' 'sqlite: ' \
        'sqlite:app.db?mode=rwc&mode=ro'; do
        run "$TENON" migrate up --url "$url"
        expect_exit 2
        expect_equal "$(ls)" migrations "files"
    done
    run "$TENON" migrate up --url sqllite:app.db
    expect_err_contains "did you mean 'sqlite'?"
    expect_err_contains "'./sqllite:app.db'"
    run "$TENON" migrate up --url ./sqllite:app.db
    expect_exit 0
    expect_file sqllite:app.db
}

test_password_without_a_scheme_is_not_shown() {
    one_migration
    local url
    for url in bob:sekret@h/x b:sekret@h/x 'host=h user=u password=sekret' \
        'host=h password = '"'se?x=sekret'" postgres:sekret@h/x mysql://bob:sekret@h/x; do
        run "$TENON" migrate up --url "$url"
        expect_exit 2
        expect_err_lacks sekret
        printf '[database]\nurl = %s\n' "$url" >tenon.ini
        run "$TENON" -vv migrate up --diagnostics=text
        expect_exit 2
        expect_err_lacks sekret
        rm tenon.ini
        echo "DATABASE_URL=\"$url\"" >.env
        run "$TENON" -vv config --explain
        expect_exit 2
        expect_err_lacks sekret
        expect_out_lacks sekret
        rm .env
        expect_equal "$(ls)" migrations "files"
    done
}

test_server_that_is_not_there_is_exit_3_without_password() {
    one_migration
    run "$TENON" migrate up --url "postgres://joe:secret@/app?host=$PWD"
    expect_exit 3
    expect_err_contains "[cannot-open]"
    expect_err_lacks secret
}

test_locked_database_is_exit_6() {
    one_migration
    sql app.db 'CREATE TABLE t (x)'
    mkfifo gate
    # Holds the lock for as long as its input is open.
    sqlite3 -batch -init /dev/null app.db <gate >held 2>&1 &
    local holder=$!
    exec 7>gate
    printf 'BEGIN EXCLUSIVE;\n.print held\n' >&7
    until grep -q held held; do sleep 0.05; done
    run "$TENON" migrate up --url 'sqlite:app.db?busy_timeout=50ms'
    exec 7>&-
    wait "$holder" || true
    expect_exit 6
    expect_err_contains "[locked]"
}

test_memory_database_starts_empty() {
    one_migration
    run "$TENON" migrate up --url sqlite::memory:
    expect_exit 0
    run "$TENON" migrate status --json --url :memory:
    expect_exit 0
    expect_json_value '$.pending' 1
}

test_verbose_says_settings_database_and_pragmas() {
    one_migration
    run "$TENON" migrate up --url sqlite:app.db
    expect_err_lacks "settings:"
    run "$TENON" -v migrate status --url sqlite:app.db
    expect_err_contains "settings: no tenon.ini"
    expect_err_contains "database: sqlite:app.db"
    expect_err_lacks journal_mode
    run "$TENON" -vv migrate up --url sqlite:app.db
    expect_err_contains "journal_mode = wal"
    run "$TENON" -q migrate up --url sqlite:app.db
    expect_exit 0
    expect_err_empty
}

run_tests
