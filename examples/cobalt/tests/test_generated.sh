#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What is committed in gen/ is, byte for byte, what this `tenon` makes of the queries and migrations, on a server
# that it starts itself. UPDATE=1 writes it anew.
# shellcheck source=/dev/null
source "$TENON_SOURCE/tests/cli/lib.sh"

example=$TENON_SOURCE/examples/cobalt
update=${UPDATE:-0}

test_committed_code_is_what_the_queries_make() {
    run "$TENON" --config "$example/tenon.ini" generate -q --out "$PWD/gen"
    expect_exit 0
    run "$TENON" --config "$example/tenon.ini" migrate embed -q -o "$PWD/gen/migrations.c"
    expect_exit 0
    if [ "$update" = 1 ]; then
        rm -rf "$example/gen" && cp -R gen "$example/gen"
    fi
    run diff -r "$example/gen" gen
    expect_exit 0
}

test_committed_queries_are_free_of_lints() {
    run "$TENON" -C "$example" check
    expect_exit 0
}

test_check_needs_no_server() {
    run env -i HOME="$HOME" "$TENON" -C "$example" generate --check
    expect_exit 0
}

test_check_sees_every_kind_of_change() {
    local change
    for change in 'echo "-- name: extra :one" >>queries/users.sql; echo "SELECT 1 AS one;" >>queries/users.sql' \
        'echo "-- later" >>migrations/20250101000001_create_initial_schema.up.sql' \
        'sed -i "s/^prefix = cobalt/prefix = nickel/" tenon.ini' \
        'rm gen/users.tenon.h'; do
        rm -rf project && cp -R "$example" project
        run "$TENON" -C project generate --check
        expect_exit 0
        (cd project && eval "$change")
        run "$TENON" -C project generate --check
        [ "$status" -eq 1 ] || fail "not seen: $change"
    done
}

test_generated_code_links_without_libpq() {
    run grep -l libpq-fe.h "$example"/gen/*
    expect_exit 1
    run ldd "$COBALT"
    expect_out_lacks libpq
}

run_tests
