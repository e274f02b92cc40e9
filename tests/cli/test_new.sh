#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# 'tenon new': what it writes and refuses. That it builds is seen in tests/install/test_new.sh.
source "$(dirname "$0")/lib.sh"

test_lists_what_it_has_written() {
    run "$TENON" new todo
    expect_exit 0
    find todo -type f | sort >found
    sort "$out" >said
    run diff found said
    expect_exit 0
    for file in .gitignore .env.example .github/workflows/ci.yml CMakeLists.txt tenon.ini; do
        [ -f "todo/$file" ] || fail "no $file"
    done
    run grep -rE '@[A-Z]+@|my_app' todo
    expect_out_empty
}

test_json_lists_the_same() {
    run "$TENON" new todo --json
    expect_exit 0
    expect_out_matches '^\{"v":1,"created":\["todo/CMakeLists\.txt",'
}

test_queries_of_the_project_hold() {
    run "$TENON" new todo
    cd todo
    run "$TENON" check
    expect_exit 0
    expect_err_lacks warning
}

# 'tenon new' with a URL, and what .env.example then has.
expect_example() { # URL LINE
    rm -rf made
    run "$TENON" new made --url "$1"
    expect_exit 0
    expect_equal "$(tail -n 1 made/.env.example)" "$2"
    cp made/.env.example made/.env
    run "$TENON" -C made config
    expect_exit 0
    expect_out_contains "${1#sqlite:}"
}

test_url_says_which_database_and_engine() {
    expect_example postgres:///shop DATABASE_URL=postgres:///shop
    expect_file_contains made/tenon.ini 'engine = postgres'
    expect_file_contains made/migrations/0001_tasks.up.sql timestamptz
    expect_example sqlite:data/app.db DATABASE_URL=sqlite:data/app.db
    expect_file_contains made/migrations/0001_tasks.up.sql 'INTEGER PRIMARY KEY'
    # shellcheck disable=SC2016
    expect_example 'sqlite:a #$HOME.db' "DATABASE_URL='sqlite:a #\$HOME.db'"
    run grep -rE '@[A-Z]+@|my_app' made
    expect_out_empty
}

test_url_that_cannot_stand_in_the_example_is_refused() {
    run "$TENON" new made --url postgres://ann:s3cret@db/shop
    expect_exit 2
    expect_err_contains "'postgres://ann:***@db/shop' has a password"
    expect_err_lacks s3cret
    run "$TENON" new made --url "sqlite:it's.db"
    expect_exit 2
    run "$TENON" new made --url mysql://db/shop
    expect_exit 2
    expect_err_contains "unknown scheme 'mysql'"
    expect_equal "$(ls)" ""
}

test_queries_of_the_project_hold_on_postgres() {
    run "$TENON" new todo --url postgres:///todo
    expect_exit 0
    expect_err_contains "next: cd todo && make migrate test && build/todo add"
    cd todo
    run "$TENON" check
    expect_exit 0
    expect_err_lacks warning
}

test_name_is_made_of_the_folders() {
    run "$TENON" new 'a/My App-2!'
    expect_exit 0
    expect_file_contains 'a/My App-2!/tenon.ini' 'prefix = my_app_2'
    mkdir here
    cd here
    run "$TENON" new .
    expect_exit 0
    expect_file_contains tenon.ini 'prefix = here'
}

test_names_that_cannot_be_are_refused() {
    for name in 2nd test data 日本; do
        run "$TENON" new "x/$name"
        expect_exit 2
        expect_err_contains 'name it otherwise: tenon new'
        [ ! -e x ] || fail "something was written"
    done
    run "$TENON" new x --name 'a;b'
    expect_exit 2
    expect_err_contains "'a;b' cannot be a project's name"
    run "$TENON" new 2nd --name second
    expect_exit 0
}

test_what_is_there_is_not_touched() {
    mkdir -p todo/src
    echo mine >todo/src/main.c
    run "$TENON" new todo
    expect_exit 7
    expect_err_contains "'todo/src/main.c' is there already: nothing has been written"
    expect_equal "$(find todo -type f)" todo/src/main.c
    expect_equal "$(cat todo/src/main.c)" mine
}

test_other_files_in_the_folder_stay() {
    mkdir todo
    echo mine >todo/LICENSE
    run "$TENON" new todo
    expect_exit 0
    expect_equal "$(cat todo/LICENSE)" mine
}

test_folder_that_cannot_be_made_is_named() {
    echo file >todo
    run "$TENON" new todo
    expect_exit 2
    expect_err_contains todo
    expect_equal "$(cat todo)" file
}

test_full_disk_leaves_no_file() {
    # The last of the files is too large for the limit.
    run_shell "ulimit -f 1; trap '' XFSZ; '$TENON' new todo"
    expect_exit 2
    expect_err_contains "cannot"
    expect_equal "$(find todo -type f)" ""
}

test_name_that_is_empty_is_usage() {
    run "$TENON" new ''
    expect_exit 2
    expect_err_contains "the folder's name is empty"
    expect_equal "$(ls)" ""
}

test_next_command_is_safe_to_paste() {
    run "$TENON" new "it's a"
    expect_exit 0
    expect_err_contains "next: cd 'it'\\''s a' &&"
    run "$TENON" new -- -x
    expect_err_contains "next: cd ./-x &&"
}

test_unknown_build_tool_is_usage() {
    run "$TENON" new todo --build bazel
    expect_exit 2
    expect_err_contains "--build is cmake, make or meson, not 'bazel'"
}

run_tests
