#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# tenon generate: descriptions of structs, and [generate] json. The project is tests/golden/json.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/generating.sh"

project() { golden json; }

test_generated_code_runs_on_a_real_database() {
    project
    runs json "${compilers[@]}"
}

# A program that does not use it is not larger for it.
test_what_is_not_used_is_not_in_the_program() {
    project
    local compiler
    for compiler in "${compilers[@]}"; do
        # shellcheck disable=SC2086
        run $compiler -O1 "${includes[@]}" -c gen/items.tenon.c -o items.o
        expect_exit 0
        run nm items.o
        expect_out_lacks demo_item_fields
        expect_out_lacks to_json
    done
}

test_without_json_only_shared_structs_are_described() {
    project
    sed -i '/^json/d' tenon.ini
    run "$TENON" generate --check
    expect_exit 1
    expect_err_contains "gen/demo_tables.h"
    expect_err_contains "gen/items.tenon.h"
    run "$TENON" generate
    expect_exit 0
    expect_file_contains gen/demo_tables.h "struct tn_struct demo_item_struct"
    expect_file_contains gen/demo_tables.h "struct tn_struct demo_head_struct"
    run grep -rlE "demo_item_stats_row_struct|_to_json|_from_json|_copy\(struct demo|json.h" gen
    expect_out_empty
}

test_all_files_in_one_compile() {
    project
    run "$TENON" generate --unity all.c
    expect_exit 0
    compile gen/all.c "${compilers[@]}"
}

test_name_of_a_function_that_is_taken_is_a_finding() {
    project
    write queries/more.sql <<'SQL'
-- name: item_copy :exec
DELETE FROM items;

-- name: item_list_row_struct :exec
DELETE FROM items;

-- name: other_to_json :exec
DELETE FROM items;
SQL
    run "$TENON" check
    expect_exit 1
    expect_err_contains "queries/more.sql:1:10: error: table 'items' and query 'item_copy' would both be 'demo_item_copy' in C [name-collision]"
    expect_err_contains "help: [types] items = OTHER_NAME"
    # Of a table that no query returns nothing is said: it has no struct.
    expect_err_lacks demo_other_to_json
    sed -i '1,3d' queries/more.sql
    run "$TENON" check -q
    expect_exit 0
    # Without JSON these names are free.
    sed -i '/^json/d' tenon.ini
    write queries/more.sql <<<$'-- name: item_copy :exec\nDELETE FROM items;'
    run "$TENON" check -q
    expect_exit 0
}

test_json_is_on_or_off() {
    project
    sed -i 's/^json = on/json = yes/' tenon.ini
    run "$TENON" check
    expect_exit 2
    expect_err_contains "tenon.ini:3:8: error: 'yes' is not a value of 'generate.json' [bad-setting]"
}

run_tests
