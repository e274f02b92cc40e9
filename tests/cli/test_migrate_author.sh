#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# tenon migrate add and embed: what they write.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/migrating.sh"

# --- add ----------------------------------------------------------------------------------------

test_add_makes_folder_and_pair_by_time() {
    export_url
    run "$TENON" migrate add "create users"
    expect_exit 0
    expect_out_matches '^migrations/20[0-9]{12}_create_users\.up\.sql$'
    expect_out_matches '^migrations/20[0-9]{12}_create_users\.down\.sql$'
    expect_err_contains "next: write its SQL, then: tenon migrate up"
    expect_file "$(head -1 "$out")"
    run "$TENON" migrate up
    expect_exit 0
}

test_add_flags_and_aliases() {
    run "$TENON" migrate new a --simple --sequential
    expect_exit 0
    expect_out "migrations/0001_a.sql"
    run "$TENON" migrate generate b
    expect_exit 0
    expect_out "migrations/0002_b.sql"
    run "$TENON" migrate add c -r
    expect_out "migrations/0003_c.up.sql
migrations/0003_c.down.sql"
    run "$TENON" migrate add -s --simple d
    expect_out "migrations/0004_d.sql"
    run "$TENON" migrate add -t e --json
    expect_exit 0
    expect_json_value '$.v' 1
    expect_out_matches '"created":\["migrations/20[0-9]{12}_e\.sql"\]'
}

test_add_bad_lines_are_usage_errors() {
    run "$TENON" migrate add
    expect_exit 2
    run "$TENON" migrate add a b
    expect_exit 2
    run "$TENON" migrate add ../a
    expect_exit 2
    expect_no_file migrations
    run "$TENON" migrate add a -r --simple
    expect_exit 2
    run "$TENON" migrate add a -s -t
    expect_exit 2
}

# --- embed --------------------------------------------------------------------------------------

embed_program() {
    write main.c <<'EOF'
#include <stdio.h>
#include <tenon/db.h>
#include "gen/m.h"
int main(void)
{
    tn_db *db;
    tn_error err;
    if (tn_db_open(&db, "sqlite:embedded.db?mode=rwc", NULL, &err) != TN_OK ||
        tn_migrate(db, &app_migrations, NULL, NULL, &err) != TN_OK) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    tn_db_close(db);
    return 0;
}
EOF
}

test_embedded_set_does_what_the_folder_does() {
    three_pairs
    cp "$TENON_SOURCE"/examples/acolib/migrations-seed/*.sql migrations/
    printf -- '-- no-transaction\nVACUUM;\n' | write migrations/20990101000000_vacuum.sql
    printf '[generate]\nprefix = app\n' | write tenon.ini
    run "$TENON" migrate embed -o gen/m.c
    expect_exit 0
    expect_err_contains "Wrote 'gen/m.c' and 'gen/m.h'"
    expect_file gen/m.h
    ! grep -q "$PWD" gen/m.c || fail "an absolute path"
    run "$TENON" migrate embed -o gen/m.c --json
    expect_json_value '$.changed' 0
    expect_json_value '$.symbol' app_migrations
    expect_json_value '$.migrations' 11
    embed_program
    local flags=(-I"$TENON_SOURCE/include" -I"$TENON_BUILD/include" -Wall -Wextra -Wpedantic -Wconversion -Werror)
    grep -q 'SANITIZE:STRING=$' "$TENON_BUILD/CMakeCache.txt" ||
        flags+=("-fsanitize=$(sed -n 's/^TENON_SANITIZE:STRING=//p' "$TENON_BUILD/CMakeCache.txt")")
    cc -std=c11 "${flags[@]}" -c gen/m.c -o m.o
    c++ -std=c++17 "${flags[@]}" -x c++ -c gen/m.c -o m++.o
    cc -std=c11 "${flags[@]}" -c main.c -o main.o
    local object
    for object in m.o m++.o; do
        rm -f embedded.db*
        cc "${flags[@]}" main.o $object -L"$TENON_BUILD/src" -ltenon -Wl,-rpath,"$TENON_BUILD/src" -o main
        run ./main
        expect_exit 0
        "$TENON" migrate validate -q --url sqlite:embedded.db
        "$TENON" migrate up -q
        expect_equal "$(sql embedded.db .schema | grep -v sqlite_stat)" "$(sql app.db .schema)" schema
        expect_equal "$(sql embedded.db 'SELECT version, description, hex(checksum) FROM _sqlx_migrations')" \
            "$(sql app.db 'SELECT version, description, hex(checksum) FROM _sqlx_migrations')" history
    done
}

test_embed_check_tells_what_is_stale_and_writes_nothing() {
    write migrations/1_a.sql <<<'CREATE TABLE a (id INTEGER PRIMARY KEY);'
    run "$TENON" migrate embed --check -o gen/m.c
    expect_exit 1
    expect_err_contains "[stale]"
    expect_no_file gen/m.c
    run "$TENON" migrate embed -q -o gen/m.c
    run "$TENON" migrate embed --check -o gen/m.c
    expect_exit 0
    write migrations/2_b.sql <<<'CREATE TABLE b (id INTEGER PRIMARY KEY);'
    run "$TENON" migrate embed --check -o gen/m.c
    expect_exit 1
    expect_err_contains "tenon migrate embed -o gen/m.c"
    run "$TENON" migrate embed -q -o gen/m.c
    echo '/* mine */' >>gen/m.h
    run "$TENON" migrate embed --check -o gen/m.c --json
    expect_exit 1
    expect_json_value '$.changed' 1
}

test_embed_leaves_files_of_others_alone() {
    three_pairs
    echo "int main(void) { return 0; }" | write p.c
    run "$TENON" migrate embed -o p.c
    expect_exit 7
    expect_err_contains "'p.c' exists and is not written by 'tenon migrate embed'"
    expect_no_file p.h
    expect_equal "$(cat p.c)" "int main(void) { return 0; }"
    rm p.c
    echo "#define P 1" | write p.h
    run "$TENON" migrate embed -o p.c
    expect_exit 7
    expect_err_contains "'p.h' exists"
    expect_no_file p.c
    rm p.h
    run "$TENON" migrate embed -o p.c
    expect_exit 0
    echo "SELECT 1;" | write migrations/0004_x.sql
    run "$TENON" migrate embed -o p.c
    expect_exit 0
    expect_err_contains "Wrote 'p.c'"
}

test_embed_bad_lines_are_usage_errors() {
    three_pairs
    run "$TENON" migrate embed
    expect_exit 2
    run "$TENON" migrate embed -o m.txt
    expect_exit 2
    expect_err_contains "'m.txt' does not end in '.c'"
    printf "SELECT 1;\nSELECT 'x;\n" | write migrations/0004_bad.sql
    run "$TENON" migrate embed -o m.c
    expect_exit 2
    expect_err_contains "migrations/0004_bad.sql:2:8: error: unterminated string"
    expect_err_contains "    2 | SELECT 'x;"
    expect_no_file m.c
}

run_tests
