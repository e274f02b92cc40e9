#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# tenon generate: names of files, tables and columns that C cannot take as they are.
source "$(dirname "$0")/lib.sh"

compile() { # FILE…
    run gcc -std=c11 -Wall -Wextra -Wpedantic -Werror -I"$TENON_SOURCE/include" \
        -I"$TENON_BUILD/include" -Igen -fsyntax-only "$@"
    expect_exit 0
}

test_files_of_similar_names_stand_side_by_side() {
    write tenon.ini <<<'[generate]
prefix = app'
    write migrations/1_a.sql <<<'CREATE TABLE t (id INTEGER PRIMARY KEY);'
    write queries/a_b.sql <<<'-- name: one :many
SELECT id FROM t;'
    write queries/a-b.sql <<<'-- name: two :many
SELECT id FROM t;'
    write queries/A_b.sql <<<'-- name: three :many
SELECT id FROM t;'
    run "$TENON" generate
    expect_exit 0
    write all.c <<'C'
#include "A_b.tenon.h"
#include "a-b.tenon.h"
#include "a_b.tenon.h"
int (*one)(struct app_one_iter *, tn_db *, tn_error *) = app_one_begin;
int (*two)(struct app_two_iter *, tn_db *, tn_error *) = app_two_begin;
int (*three)(struct app_three_iter *, tn_db *, tn_error *) = app_three_begin;
C
    compile all.c gen/*.c
}

test_names_of_any_bytes_are_distinct_members() {
    write migrations/1_a.sql <<'SQL'
CREATE TABLE "maße 1" (id INTEGER PRIMARY KEY, "größe" INT, "grüße" INT, "two words" INT,
                       "two-words" INT, "1st" INT, "class" INT);
CREATE TABLE "2nd" (id INTEGER PRIMARY KEY);
SQL
    write tenon.ini <<<'[generate]
prefix = app'
    write queries/q.sql <<<'-- name: a :many
SELECT * FROM "maße 1";
-- name: b :many
SELECT * FROM "2nd";'
    run "$TENON" generate
    expect_exit 0
    write all.c <<'C'
#include "q.tenon.h"
int main(void)
{
    struct app_ma_c3_9fe_201 m = {0};
    struct app_2nd n = {0};
    return m.gr_c3_b6_c3_9fe.has + m.gr_c3_bc_c3_9fe.has + m.two_20words.has + m.two_2dwords.has +
           m._1st.has + m.class_.has + (int)n.id;
}
C
    compile all.c gen/*.c
}

test_table_that_would_collide_is_left_out_until_it_is_used() {
    write migrations/1_a.sql <<<'CREATE TABLE a (x INT);
CREATE TABLE a_rows (x INT);'
    write queries/q.sql <<<'-- name: q :many
SELECT * FROM a;'
    run "$TENON" generate
    expect_exit 0
    compile gen/*.c
    write queries/r.sql <<<'-- name: r :many
SELECT * FROM a_rows;'
    run "$TENON" generate
    expect_exit 1
    expect_err_matches '^migrations/1_a.sql:2:1: error: .*\[name-collision\]$'
    expect_err_contains "help: [types] a_rows = OTHER_NAME"
    expect_err_contains "migrations/1_a.sql:1:1: note: the other one is here"
    write tenon.ini <<<'[types]
a_rows = line'
    run "$TENON" generate
    expect_exit 0
    compile gen/*.c
}

run_tests
