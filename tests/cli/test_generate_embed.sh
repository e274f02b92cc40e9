#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# tenon generate: what -- embed and -- group by make runs on real data, whatever the compiler.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/generating.sh"

# project: that of the golden test, with rows. Order 4 is nobody's.
project() {
    golden embed
    write rows.sql <<'SQL'
INSERT INTO users VALUES (1, 'ann', NULL, NULL, NULL), (2, 'bob', 'bob@example.org', 'new', 1),
    (3, 'cy', NULL, 'old', 2);
INSERT INTO orders (id, user_id) VALUES (1, 1), (4, 99);
INSERT INTO orders (id, user_id, note, total, data, extra, is_paid, made) VALUES
    (2, 1, 'gift', 2.5, x'0102', 7, 1, '2026-11-21 04:08:32'), (3, 2, '', 1.5, x'', 'x', 0, NULL);
INSERT INTO lines VALUES (1, 1, 'pot'), (2, 1, 'lid'), (2, 2, 'cup');
SQL
}

test_runs_as_c_and_as_cpp() {
    project
    runs embed "${compilers[@]}"
}

test_value_of_another_class_is_an_error() {
    project
    database
    # A REAL column in whose place is text: it is told, in an embed as elsewhere.
    sql app.db "UPDATE orders SET total = 'much' WHERE id = 2"
    write main.c <<'C'
#include <stdio.h>
#include <tenon/tenon.h>
#include "groups.tenon.h"
int main(void)
{
    tn_db *db = NULL;
    tn_error err = {0};
    tn_arena arena = TN_ARENA_INIT;
    struct app_user_tree_rows rows;
    struct app_user_id least = {1};
    if (tn_db_open(&db, "sqlite:app.db", NULL, &err) != TN_OK)
        return 1;
    printf("%s\n", tn_status_name(app_user_tree_all(&rows, db, least, &arena, &err)));
    tn_arena_fini(&arena);
    tn_db_close(db);
    return 0;
}
C
    run gcc -std=c11 "${strict[@]}" "${includes[@]}" -o app main.c gen/groups.tenon.c "${links[@]}"
    expect_exit 0
    run ./app
    expect_out "TN_ETYPE"
}

test_json_says_what_is_embedded() {
    project
    run "$TENON" check --json queries/embeds.sql
    expect_exit 0
    expect_json
    run_shell "'$TENON' check --json queries/embeds.sql | tr '{' '\n' | grep -c '\"embed\":\"o\"'"
    expect_exit 0
}

run_tests
