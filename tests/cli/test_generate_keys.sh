#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# tenon generate: [types] gives columns key types. The project is tests/golden/keys.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/generating.sh"

project() { golden keys; }

test_generated_code_runs_on_a_real_database() {
    project
    runs keys "${compilers[@]}"
}

# compiles yes|no STATEMENT: a function that takes one of everything, with every compiler.
compiles() {
    write wrong.c <<C
#include "posts.tenon.h"
#include "sessions.tenon.h"
int call(tn_db *db, struct demo_user_id user, struct demo_post_id post, struct demo_opt_user_id opt,
         struct demo_session_token token, int64_t number, tn_text text, tn_arena *arena, tn_error *err);
int call(tn_db *db, struct demo_user_id user, struct demo_post_id post, struct demo_opt_user_id opt,
         struct demo_session_token token, int64_t number, tn_text text, tn_arena *arena, tn_error *err)
{
    struct demo_user row;
    struct demo_session_parent_row parent;
    (void)db, (void)user, (void)post, (void)opt, (void)token, (void)number, (void)text, (void)arena;
    (void)err, (void)row, (void)parent;
    $2
}
C
    local compiler
    for compiler in "${compilers[@]}"; do
        # shellcheck disable=SC2086
        run $compiler "${includes[@]}" -fsyntax-only wrong.c
        if [ "$1" = yes ]; then
            expect_exit 0
        else
            [ "$status" -ne 0 ] || fail "'$2' compiles with $compiler"
            expect_err_matches "error: .*(invalid operands|demo_|incompatible|convert|conversion|match|no viable)"
        fi
    done
}

test_only_the_right_key_compiles() {
    project
    compiles yes "return demo_user_find(&row, db, user, arena, err);"
    compiles no "return demo_user_find(&row, db, post, arena, err);"
    compiles no "return demo_user_find(&row, db, number, arena, err);"
    compiles no "return demo_user_find(&row, db, 1, arena, err);"
    compiles no "return demo_user_find(&row, db, opt, arena, err);"
    compiles yes "return demo_share_add(NULL, db, user, post, err);"
    compiles no "return demo_share_add(NULL, db, post, user, err);"
    compiles yes "return demo_session_parent(&parent, db, token, arena, err);"
    compiles no "return demo_session_parent(&parent, db, text, arena, err);"
    compiles yes "return demo_session_move(NULL, db, opt, token, opt, err);"
    compiles no "return demo_session_move(NULL, db, user, token, opt, err);"
    compiles no "return user == post;"
    compiles no "user = post; return 0;"
    compiles yes "return user.value == post.value;"
}

test_changed_key_makes_the_files_stale() {
    project
    sed -i 's/^users.id = user_id/users.id = account_id/' tenon.ini
    run "$TENON" generate --check
    expect_exit 1
    expect_err_contains "gen/demo_tables.h"
    expect_err_contains "gen/posts.tenon.c"
    run "$TENON" generate
    expect_exit 0
    expect_file_contains gen/demo_tables.h "struct demo_opt_account_id invited_by"
}

test_names_without_a_prefix_compile() {
    project
    sed -i 's/prefix = demo/prefix =/; s/= user_id/= class/; s/= post_id/= new/' tenon.ini
    run "$TENON" generate
    expect_exit 0
    local file
    for file in gen/*.c; do
        compile "$file" "${compilers[@]}"
    done
    expect_file_contains gen/tables.h "struct class_ {"
}

test_lines_that_do_not_fit_are_shown_at_their_place() {
    project
    printf 'posts.title = user_id\nusers.name = integer\n' >>tenon.ini
    run "$TENON" check
    expect_exit 2
    expect_err_contains "tenon.ini:15:14: error: 'integer' is not a value of 'types.users.name'"
    sed -i '$d' tenon.ini
    run "$TENON" check
    expect_exit 1
    expect_err_contains "tenon.ini:14:1: error: column 'title' of table 'posts' is text, and key type 'user_id' is int [bad-setting]"
    expect_err_contains "tenon.ini:5:1: note: 'users.id' makes it so"
}

run_tests
