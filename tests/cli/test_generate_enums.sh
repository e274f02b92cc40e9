#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# tenon generate: columns whose CHECK lists their texts are enums.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/generating.sh"

project() {
    write migrations/1_schema.sql <<'SQL'
CREATE TABLE tasks (
    id INTEGER PRIMARY KEY,
    status TEXT NOT NULL CHECK (status IN ('open', 'in progress', 'done')),
    kind TEXT CHECK (kind IN ('bug', 'feature')),
    odd TEXT NOT NULL CHECK (odd IN ('', 'it''s', 'größe')),
    weight INTEGER
);
SQL
    write tenon.ini <<'INI'
[generate]
prefix = app
[types]
tasks = task
INI
    write queries/tasks.sql <<'SQL'
-- name: task_add :one
INSERT INTO tasks (status, kind, odd, weight) VALUES (:status, :kind, :odd, :weight)
RETURNING id, status, kind;

-- name: task_find :optional
SELECT * FROM tasks WHERE id = :id;

-- name: task_list :many
SELECT id, odd FROM tasks WHERE status = :status;

-- name: task_by_kind :many
SELECT id, status FROM tasks WHERE kind IS :kind ORDER BY id;

-- name: task_move :exec
UPDATE tasks SET status = :to WHERE id = :id AND status = :from;
SQL
}

test_generated_code_runs_on_a_real_database() {
    project
    run "$TENON" generate
    expect_exit 0
    runs enums "${gnu[@]}"
}

test_switch_over_an_enum_is_checked_by_the_compiler() {
    project
    run "$TENON" generate
    expect_exit 0
    write src/main.c <<'C'
#include "tasks.tenon.h"
int weight(enum app_task_status status);
int weight(enum app_task_status status)
{
    switch (status) {
    case APP_TASK_STATUS_OPEN:
        return 1;
    case APP_TASK_STATUS_DONE:
        return 2;
    }
    return 0;
}
C
    run gcc -std=c11 "${strict[@]}" "${includes[@]}" -fsyntax-only src/main.c
    expect_exit 1
    expect_err_contains "APP_TASK_STATUS_IN_20PROGRESS"
}

test_thousand_values_compile() {
    project
    {
        echo 'CREATE TABLE many (id INTEGER PRIMARY KEY, v TEXT NOT NULL CHECK (v IN ('
        seq -f "'value %04g'," 999
        echo "'last')));"
    } >migrations/2_many.sql
    write queries/many.sql <<<'-- name: many_of :many
SELECT * FROM many WHERE v = :v;'
    run "$TENON" generate
    expect_exit 0
    compile gen/many.tenon.c "${gnu[@]}"
    expect_file_contains gen/app_tables.h "APP_MANY_V_LAST"
}

test_values_of_one_name_are_a_finding_with_a_way_out() {
    project
    write migrations/2_twins.sql <<<"CREATE TABLE twins (v TEXT CHECK (v IN ('a', 'A')));"
    run "$TENON" generate # no query meets it
    expect_exit 0
    run grep -c APP_TWINS gen/app_tables.h
    expect_exit 1
    write queries/twins.sql <<<'-- name: twin_list :many
SELECT v FROM twins;'
    run "$TENON" generate
    expect_exit 1
    expect_err_contains "the value 'a' of 'twins.v' and the value 'A' of 'twins.v' would both be 'APP_TWINS_V_A' in C"
    expect_err_contains "[types] twins.v = text"
    echo 'twins.v = text' >>tenon.ini
    run "$TENON" generate
    expect_exit 0
    expect_file_contains gen/app_tables.h "tn_text v; /* nullable */"
}

test_names_without_a_prefix_compile() {
    project
    sed -i 's/prefix = app/prefix =/' tenon.ini
    write migrations/2_words.sql <<'SQL'
CREATE TABLE static (assert TEXT CHECK (assert IN ('int', 'class', 'NULL')),
                     "two words" TEXT NOT NULL CHECK ("two words" IN ('x')));
SQL
    write queries/static.sql <<<'-- name: static_list :many
SELECT * FROM "static" WHERE "two words" = :words;'
    run "$TENON" generate
    expect_exit 0
    for file in gen/*.c; do
        compile "$file" "${gnu[@]}"
    done
    expect_file_contains gen/tables.h "STATIC_TWO_20WORDS_X"
}

test_changed_check_makes_the_tables_stale() {
    project
    run "$TENON" generate
    echo 'tasks.kind = text' >>tenon.ini
    run "$TENON" generate --check
    expect_exit 1
    expect_err_contains "gen/app_tables.h"
    sed -i 's/^tasks.kind = text/tasks.kind = enum(sort)/' tenon.ini
    run "$TENON" generate
    expect_exit 0
    expect_file_contains gen/app_tables.h "APP_SORT_BUG"
    sed -i 's/enum(sort)/enum(kind)/' tenon.ini
    run "$TENON" generate --check
    expect_exit 1
}

run_tests
