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

# Strictly, by both compilers and in both languages, each file and all as one.
compile_strictly() {
    local compiler
    cat gen/*.c >unity.c
    for compiler in "gcc -std=c11" "g++ -std=c++17 -x c++" "clang -std=c11" "clang++ -std=c++17 -x c++"; do
        command -v "${compiler%% *}" >/dev/null || continue
        # shellcheck disable=SC2086
        run $compiler -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -I"$TENON_SOURCE/include" \
            -I"$TENON_BUILD/include" -Igen -fsyntax-only gen/*.c
        expect_exit 0
        # shellcheck disable=SC2086
        run $compiler -Wall -Wextra -Werror -I"$TENON_SOURCE/include" -I"$TENON_BUILD/include" -Igen \
            -fsyntax-only unity.c
        expect_exit 0
    done
}

tasks_without_prefix() {
    write tenon.ini <<<'[generate]
prefix ='
    write migrations/1_a.sql <<<"CREATE TABLE task (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('a', 'b'))
);
CREATE TABLE step (id INTEGER PRIMARY KEY, task INTEGER NOT NULL REFERENCES task (id));"
}

test_parameter_hides_nothing_that_its_function_needs() {
    local word
    tasks_without_prefix
    for word in affected arena args bulk count db err i item items iter key list lists memory memset out \
        query rc row rows stmt text use; do
        printf -- '-- name: many_%s :many\nSELECT id, name FROM task WHERE name > :%s;\n' "$word" "$word"
        printf -- '-- name: one_%s :optional\nSELECT id, name FROM task WHERE id = :%s;\n' "$word" "$word"
        printf -- '-- name: exec_%s :exec\nDELETE FROM task WHERE name = :%s;\n' "$word" "$word"
        printf -- '-- name: bulk_%s :bulk\nDELETE FROM task WHERE id = :%s RETURNING name;\n' "$word" "$word"
        printf -- '-- name: in_%s :many\nSELECT id FROM task WHERE kind IN (:%s[]);\n' "$word" "$word"
    done | write queries/words.sql
    write queries/own.sql <<'SQL'
-- name: find :many
SELECT id, name FROM task WHERE name = :find_query AND kind = :find_begin AND id = :find_sql;
-- name: get :one
SELECT count(*) AS n FROM task WHERE kind = :task_kind_text AND name = :find_query;
-- name: drop :exec
DELETE FROM task WHERE kind IN (:drop_texts1[]);
-- name: tree :many
-- group by t.id
SELECT t.id, t.name, s.id AS step FROM task t JOIN step s ON s.task = t.id
WHERE t.name = :gather_tree AND t.id > :group_tree ORDER BY t.id, s.id;
-- name: name :many
SELECT id FROM task WHERE name = :name;
SQL
    run "$TENON" generate --quiet
    expect_exit 0
    compile_strictly
    run grep -c 'tn_text name,' gen/own.tenon.h # what hides nothing is called as it is
    expect_out 2
}

test_parameter_of_any_letters_is_one() {
    tasks_without_prefix
    write queries/q.sql <<'SQL'
-- name: find :one
SELECT count(*) AS n FROM task WHERE kind = $a::b(c"d\e) AND name IN ($x(%s"\)[]);
-- name: drop :bulk
DELETE FROM task WHERE kind = $kind("\n) AND id = @größe;
SQL
    run "$TENON" generate --quiet
    expect_exit 0
    compile_strictly
}

test_query_called_as_a_part_of_a_group_is_told() {
    local part
    tasks_without_prefix
    for part in read copy take gather step; do
        write queries/q.sql <<SQL
-- name: tree :many
-- group by t.id
SELECT t.id, t.name, s.id AS step FROM task t JOIN step s ON s.task = t.id ORDER BY t.id, s.id;
-- name: ${part}_tree :exec
DELETE FROM step;
SQL
        run "$TENON" generate
        expect_exit 1
        expect_err_contains "would both be '${part}_tree' in C [name-collision]"
    done
}

run_tests
