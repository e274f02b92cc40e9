#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# tenon generate on PostgreSQL. What is written: test_golden.sh, and what it does: unit.pg_gen.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/pg.sh"

project() {
    write tenon.ini <<'INI'
[database]
engine = postgres
[generate]
prefix = app
INI
    write migrations/1_schema.sql <<'SQL'
CREATE TYPE color AS ENUM ('red', 'blue');
CREATE TABLE items (id bigint PRIMARY KEY, name text NOT NULL, color color);
SQL
    write queries/items.sql <<'SQL'
-- name: item_find :optional
SELECT * FROM items WHERE id = :id;
SQL
}

test_check_needs_no_server() {
    project
    pg_start
    run "$TENON" generate --url "$(pg_database made)"
    expect_exit 0
    TENON_PG_BINDIR=/nowhere PATH=/usr/bin run "$TENON" generate --check
    expect_exit 0
    echo "-- name: item_count :one
SELECT count(*) FROM items;" >>queries/items.sql
    run "$TENON" generate --check
    expect_exit 1
    expect_err_contains "is older than its sources"
}

test_another_engine_makes_other_files() {
    write migrations/1_schema.sql <<'SQL'
CREATE TABLE items (id bigint PRIMARY KEY, name text NOT NULL);
SQL
    write queries/items.sql <<'SQL'
-- name: item_find :optional
SELECT * FROM items WHERE id = :id;
SQL
    run "$TENON" generate
    expect_exit 0
    write tenon.ini <<'INI'
[database]
engine = postgres
INI
    run "$TENON" generate --check
    expect_exit 1
    expect_err_contains "is older than its sources"
}

test_without_a_server_nothing_is_written() {
    project
    run "$TENON" generate --url postgres://127.0.0.1:1/none
    expect_exit 3
    expect_err_contains "there is no server to check on"
    expect_equal "$(find . -name gen)" ""
}

test_types_are_named_by_settings() {
    project
    printf '[types]\nitems = item\ncolor = paint\n' >>tenon.ini
    pg_start
    run "$TENON" generate --url "$(pg_database named)"
    expect_exit 0
    grep -q '^enum app_paint {' gen/app_tables.h
    grep -q 'struct app_opt_paint color;' gen/app_tables.h
}

# A type of the server has no other way: the later of two that C writes alike is in hex.
test_labels_that_differ_in_case_alone() {
    project
    sed -i "s/'red', 'blue'/'red', 'Red', 'RED', 'blue'/" migrations/1_schema.sql
    pg_start
    run "$TENON" generate --url "$(pg_database twins)"
    expect_exit 0
    expect_equal "$(sed -n '/^enum app_color {/,/^};/p' gen/app_tables.h | tr -d ' \n')" \
        "enumapp_color{APP_COLOR_RED=1,APP_COLOR_x52_65_64,APP_COLOR_x52_45_44,APP_COLOR_BLUE,};"
}

test_batches_are_for_a_server() {
    write migrations/1_schema.sql <<'SQL'
CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
SQL
    write queries/items.sql <<'SQL'
-- name: item_names :batch
SELECT name FROM items WHERE id = :id;
SQL
    run "$TENON" check
    expect_exit 1
    expect_err_contains "query 'item_names' is ':batch' and SQLite has no round trips to save"
}

test_batches_have_no_groups() {
    project
    write queries/items.sql <<'SQL'
-- name: item_names :batch
-- group by i.id
SELECT i.id, i.name, j.name AS other FROM items i JOIN items j ON j.id > i.id
WHERE i.id > :id ORDER BY i.id;
SQL
    pg_start
    run "$TENON" check --url "$(pg_database groups)"
    expect_exit 1
    expect_err_contains "query 'item_names' is ':batch' and it has groups"
}

run_tests
