#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Lints: levels of [lint], -- allow, exit codes, what the program's sources do not use.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"

project() { # a query with a parameter of no type, one that nobody calls, one that is fine
    echo 'CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT NOT NULL, note TEXT);' | write migrations/1_a.sql
    printf '%s\n' '-- name: echo :one' 'SELECT :x AS x;' '-- name: drop_all :exec' 'DELETE FROM tasks;' |
        write queries/a.sql
    printf '%s\n' '-- name: titles :many' 'SELECT id, title FROM tasks WHERE id > :after;' | write queries/b.sql
    echo 'int f() { app_echo(); app_titles_all(); return r.id + r.title; }' | write src/main.c
    settings
}

settings() { # LINE…: of [lint]
    printf '%s\n' '[generate]' 'prefix = app' '[lint]' "$@" | write tenon.ini
}

test_lints_are_warnings_and_generate_writes() {
    project
    run "$TENON" check
    expect_exit 0
    expect_err_contains "queries/a.sql:2:8: warning: parameter 'x' of 'echo' takes any value"
    expect_err_contains "queries/a.sql:3:10: warning: query 'drop_all' is called nowhere [unused-query]"
    run "$TENON" generate
    expect_exit 0
    expect_err_contains '[param-type]'
    # What is generated can be used only then.
    expect_err_lacks unused
    expect_file gen/a.tenon.c
}

test_denied_lint_is_an_error_and_nothing_is_written() {
    project
    settings 'deny = param-type'
    run "$TENON" check
    expect_exit 1
    expect_err_contains "queries/a.sql:2:8: error: parameter 'x' of 'echo' takes any value"
    expect_err_contains 'queries/a.sql:3:10: warning: '
    run "$TENON" generate
    expect_exit 1
    expect_err_contains 'nothing has been written'
    expect_no_file gen
    # Nothing stands in the way of a query that is to be used.
    settings 'deny = unused-query' 'allow = param-type'
    run "$TENON" generate -q
    expect_exit 0
    expect_equal "$(cat "$err")" ''
}

test_later_level_wins() {
    project
    settings 'deny = all' 'warn = param-type' 'allow = unused-query, unused-column'
    run "$TENON" check
    expect_exit 0
    expect_err_contains 'queries/a.sql:2:8: warning: '
    expect_err_lacks unused
    settings 'allow = unused-query' 'deny = all'
    run "$TENON" check
    expect_exit 1
    expect_err_contains 'queries/a.sql:3:10: error: '
    run "$TENON" config --explain
    expect_out_contains "$(printf 'lint.allow\tunused-query\ttenon.ini:4')"
    expect_out_contains "$(printf 'lint.deny\tall\ttenon.ini:5')"
    expect_out_contains "$(printf 'lint.sources\t.\tdefault')"
    settings 'deny = unused-qery'
    run "$TENON" check
    expect_exit 2
    expect_err_contains "tenon.ini:4:8: error: no lint 'unused-qery' [bad-setting]"
    expect_err_contains "help: 'unused-query'"
}

test_findings_have_the_severity_in_force() {
    project
    settings 'deny = unused-query'
    run "$TENON" check --json
    expect_exit 1
    expect_json_value '$.findings[0].code' param-type
    expect_json_value '$.findings[0].severity' warning
    expect_json_value '$.findings[1].code' unused-query
    expect_json_value '$.findings[1].severity' error
    run "$TENON" check --diagnostics=github
    expect_err_contains '::error file=queries/a.sql,line=3'
}

test_allow_takes_one_query_out() {
    project
    settings 'deny = all'
    printf '%s\n' '-- name: echo :one' '-- allow param-type "it is echoed"' 'SELECT :x AS x;' \
        '-- name: drop_all :exec' '-- allow unused-query "for the console"' 'DELETE FROM tasks;' |
        write queries/a.sql
    run "$TENON" check
    expect_exit 0
    # Whether a query is used is not asked here.
    run "$TENON" generate -q
    expect_exit 0
    echo 'int g() { return app_drop_all(); }' | write src/more.c
    run "$TENON" check
    expect_exit 1
    expect_err_contains 'queries/a.sql:5:10: error: '
    expect_err_contains '[unused-allow]'
}

test_named_files_alone_are_looked_at() {
    project
    run "$TENON" check queries/b.sql
    expect_exit 0
    expect_err_lacks warning
    echo 'int f() { app_echo(); return 0; }' | write src/main.c
    run "$TENON" check queries/b.sql
    expect_err_contains 'queries/b.sql:1:10: warning: '
    expect_err_lacks a.sql
}

test_sources_are_looked_for_in_the_projects_folder() {
    project
    mkdir -p src/deep
    run "$TENON" -C src/deep check -q
    expect_exit 0
    expect_err_contains "../../queries/a.sql:3:10: warning: query 'drop_all'"
    expect_err_lacks titles
    settings 'sources = src/deep'
    run "$TENON" check -q
    expect_exit 0
    expect_err_lacks unused # there is no source in it
    settings 'sources = srv'
    run "$TENON" check -q
    expect_exit 2
    expect_err_contains "no file or folder 'srv' of [lint] sources [unreadable]"
}

test_generated_files_use_nothing() {
    project
    settings 'allow = param-type'
    run "$TENON" generate -q --out generated
    expect_exit 0
    run "$TENON" check -q
    expect_err_contains "query 'drop_all' is called nowhere"
}

test_sources_may_stand_beside_generated_files() {
    project
    settings 'allow = param-type'
    sed -i 's/prefix = app/&\nout = src/' tenon.ini
    run "$TENON" generate -q
    expect_exit 0
    expect_file src/a.tenon.c
    echo 'int main(void) { return 0; }' | write main.c
    run "$TENON" check -q
    expect_err_contains "query 'drop_all' is called nowhere"
    expect_err_lacks "'echo'"
    expect_err_lacks "'titles'"
}

test_examples_are_clean() {
    local name
    for name in acolib rivetr; do
        run "$TENON" -C "$TENON_SOURCE/examples/$name" check
        expect_exit 0
        expect_err_lacks warning
    done
}

run_tests
