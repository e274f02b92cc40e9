#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What 'tenon new' writes builds outside the tree, against an installed Tenon, with each build tool.
source "$(dirname "$0")/../cli/lib.sh"
source "$(dirname "$0")/../cli/pg.sh"

prefix=$tn_scratch/usr
cmake --install "$TENON_BUILD" --prefix "$prefix" >/dev/null
libdir=$(dirname "$(find "$prefix" -name libtenon.so | head -n 1)")
export PATH=$prefix/bin:$PATH

# The whole day of a new project: build, test, run, change a query for the worse and the better.
expect_project_works() { # MAKE-ARGUMENT…
    export LD_LIBRARY_PATH=$libdir
    run make test "$@"
    expect_exit 0
    run build/todo add 'cut a tenon'
    expect_exit 0
    expect_out "1  cut a tenon"
    run build/todo list
    expect_out "1  cut a tenon"
    run build/todo done 7
    expect_exit 1
    expect_err_contains "todo: no open task has the number '7'"
    run tenon migrate status --exit-code
    expect_exit 0
    run tenon generate --check
    expect_exit 0
    sed -i 's/SELECT id, title FROM/SELECT id, titel FROM/' queries/tasks.sql
    run_shell "make $* 2>&1"
    [ "$status" -ne 0 ] || fail "built with a wrong query"
    expect_out_contains "tasks.sql:5:12: error:"
    # The column's name, and so the member's, is another one: the program that uses it is seen as stale.
    sed -i 's/titel/title AS titel/' queries/tasks.sql
    run_shell "make $* 2>&1"
    [ "$status" -ne 0 ] || fail "main.c was not compiled anew"
    expect_out_contains "titel"
    sed -i 's/ AS titel//' queries/tasks.sql
    run make "$@"
    expect_exit 0
    # And so is a new file.
    printf -- '-- name: task_count :one\nSELECT count(*) AS n FROM tasks;\n' >queries/more.sql
    run make "$@"
    expect_exit 0
    [ -f gen/more.tenon.h ] || fail "the new file was not seen"
    run make migrate "$@"
    expect_exit 0
    run tenon database info --json
    expect_exit 0
    run git init -q .
    run git status --porcelain --untracked-files=all
    expect_out_lacks .db
    expect_out_lacks build/
    expect_out_contains gen/tasks.tenon.c
}

test_cmake() {
    run tenon new todo
    expect_exit 0
    cd todo
    expect_project_works PREFIX="$prefix"
}

test_make_with_pkg_config() {
    run tenon new todo --build make
    expect_exit 0
    cd todo
    export PKG_CONFIG_PATH=$libdir/pkgconfig
    expect_project_works
}

test_plain_make() {
    run tenon new todo --build make
    expect_exit 0
    cd todo
    expect_project_works PREFIX="$prefix"
}

# A server's database, which is not there yet: URL.
missing_database() {
    local url
    pg_start
    url=$(pg_database "$1")
    pg_psql "$PG_URL" "DROP DATABASE \"$(pg_psql "$url" "SELECT current_database()")\""
    echo "$url"
}

# With plain make, whose server judges the queries, and with the others, whose tests run elsewhere.
expect_project_works_on_postgres() { # BUILD
    local url
    url=$(missing_database "new_$1")
    run tenon new todo --build "$1" --url "$url"
    expect_exit 0
    cd todo
    LD_LIBRARY_PATH=$libdir run make migrate PREFIX="$prefix"
    expect_exit 0
    expect_project_works PREFIX="$prefix"
    expect_equal "$(pg_psql "$url" "SELECT count(*) FROM tasks")" 1
    expect_equal "$(pg_psql "$url" "SELECT count(*) FROM pg_namespace WHERE nspname LIKE '%test'")" 0
}

test_make_on_postgres() {
    expect_project_works_on_postgres make
}

test_cmake_on_postgres() {
    expect_project_works_on_postgres cmake
}

test_meson_on_postgres() {
    expect_project_works_on_postgres meson
}

test_meson() {
    run tenon new todo --build meson
    expect_exit 0
    cd todo
    expect_project_works PREFIX="$prefix"
}

run_tests
