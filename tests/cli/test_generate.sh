#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# tenon generate: what is written and when, and that what is written compiles and runs.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/generating.sh"

# project: a small one with a table of every type.
project() {
    write migrations/1_schema.sql <<'SQL'
CREATE TABLE things (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    note TEXT,
    size REAL NOT NULL,
    weight REAL,
    count INTEGER,
    data BLOB NOT NULL,
    extra BLOB,
    is_on BOOLEAN NOT NULL,
    was_on BOOLEAN,
    made DATETIME NOT NULL,
    sold INTEGER,
    config JSON NOT NULL,
    hint JSON,
    amount NUMERIC
);
CREATE TABLE notes (
    id INTEGER PRIMARY KEY,
    thing_id INTEGER NOT NULL REFERENCES things (id) DEFERRABLE INITIALLY DEFERRED
);
SQL
    write tenon.ini <<'INI'
[queries]
source = queries/*.sql
source = src/*.c
[generate]
prefix = app
[types]
things = thing
things.sold = timestamp(ms)
INI
    write queries/things.sql <<'SQL'
-- name: thing_add :one
INSERT INTO things (name, note, size, weight, count, data, extra, is_on, was_on, made, sold,
                    config, hint, amount)
VALUES (:name, :note, :size, :weight, :count, :data, :extra, :is_on, :was_on, :made, :sold,
        :config, :hint, :amount)
RETURNING id;

-- name: thing_find :optional
SELECT * FROM things WHERE id = :id;

-- name: thing_get :one
SELECT * FROM things WHERE name = :name;

-- name: thing_list :many
SELECT id, name, note FROM things WHERE name LIKE :pattern ORDER BY id LIMIT :limit;

-- name: thing_ids :many
SELECT id FROM things ORDER BY id;

-- name: thing_rename :exec
UPDATE things SET name = :name WHERE id = :id;

-- name: thing_take :exec
-- column taken int not null
DELETE FROM things WHERE id = :id RETURNING id AS taken;

-- name: thing_resize :one
UPDATE things SET size = :size, weight = :weight WHERE name LIKE :pattern RETURNING *;

-- name: thing_count :one
-- column default int not null
SELECT count(*) AS "default" FROM things;
SQL
}

# paths MEMBER: the strings of an array of the document, sorted.
paths() {
    sqlite3 :memory: "SELECT value FROM json_each(CAST(readfile('$out') AS TEXT), '\$.$1') ORDER BY 1"
}

test_files_are_written_once() {
    project
    run "$TENON" generate
    expect_exit 0
    expect_out_empty
    expect_equal "$(find gen -type f | sort | tr '\n' ' ')" \
        "gen/app_tables.h gen/things.tenon.c gen/things.tenon.h "
    expect_err_contains "3 written"
    touch -d '2001-01-01' gen/*
    run "$TENON" generate
    expect_exit 0
    expect_err_contains "0 written"
    expect_equal "$(find gen -type f -newermt 2002-01-01)" "" "files that did not change"
    expect_file_contains gen/things.tenon.h "int app_thing_find(struct app_thing *out, tn_db *db, int64_t id,"
    run grep -rnE "$PWD|20[0-9][0-9]-" gen
    expect_exit 1
}

test_output_is_the_same_from_another_folder() {
    project
    run "$TENON" generate
    expect_exit 0
    mkdir -p elsewhere/deep
    run_shell "cd elsewhere/deep && '$TENON' generate --out other"
    expect_exit 0
    run diff -r gen elsewhere/deep/other
    expect_exit 0
}

test_nothing_is_written_if_one_query_is_wrong() {
    project
    write queries/wrong.sql <<<'-- name: wrong :many
SELECT nope FROM things;'
    run "$TENON" generate --depfile gen.d
    expect_exit 1
    expect_err_contains "unknown-column"
    expect_err_contains "nothing has been written"
    expect_no_file gen
    expect_no_file gen.d
}

test_check_tells_what_is_stale() {
    project
    run "$TENON" generate --check
    expect_exit 1
    expect_err_contains "gen/things.tenon.c"
    expect_err_contains "[stale]"
    run "$TENON" generate
    run "$TENON" generate --check
    expect_exit 0
    expect_err_empty
    echo '-- more' >>queries/things.sql
    run "$TENON" generate --check
    expect_exit 1
    expect_err_contains "gen/things.tenon.h"
    expect_err_lacks "app_tables.h"
    run "$TENON" generate
    write migrations/2_more.sql <<<'CREATE TABLE more (id INTEGER PRIMARY KEY);'
    run "$TENON" generate --check
    expect_exit 1
    expect_err_contains "gen/app_tables.h"
    run "$TENON" generate
    sed -i 's/prefix = app/prefix = other/' tenon.ini
    run "$TENON" generate --check
    expect_exit 1
    expect_err_contains "other_tables.h"
    expect_err_lacks "gen/app_tables.h" # of another prefix: not ours
}

test_json_lists_what_was_written_and_removed() {
    project
    run "$TENON" generate --json
    expect_exit 0
    expect_json_value '$.v' 1
    expect_json_value '$.check' 0
    local files
    files=$(ls gen | wc -l)
    expect_json_value '$.files' "$files"
    expect_json_value '$.queries' "$(grep -ch -- '-- name:' queries/*.sql | awk '{n += $1} END {print n}')"
    expect_equal "$(paths written)" "$(printf '%s\n' gen/* | LC_ALL=C sort)"
    run "$TENON" generate --json
    expect_equal "$(paths written)" ""
    rm queries/*.sql
    run "$TENON" generate --json
    expect_exit 0
    expect_json_value '$.files' 1
    expect_equal "$(paths removed | wc -l)" "$((files - 1))"
}

test_json_of_check_lists_what_is_stale() {
    project
    run "$TENON" generate
    run "$TENON" generate --check --json
    expect_exit 0
    expect_out_contains '"check":true,"stale":[],"written":[]'
    expect_json_value '$.findings[0]' ""
    local file
    file=$(printf '%s\n' gen/*.tenon.c | head -n 1)
    rm "$file"
    run "$TENON" generate --check --json
    expect_exit 1
    expect_equal "$(paths stale)" "$file"
    expect_json_value '$.findings[0].code' stale
    echo '-- name: x :exec' >>queries/wrong.sql
    run "$TENON" generate --json
    expect_exit 1
    expect_json_value '$.findings[#-1].file' queries/wrong.sql
    expect_equal "$(paths written)" ""
}

test_what_cannot_be_written_is_exit_2() {
    [ -d /proc/self ] || skip "no /proc"
    project
    local line
    for line in 'generate --out /proc/x' 'generate --out /proc/x/y' \
        'generate --depfile /proc/x.d' 'migrate embed -o /proc/x.c' \
        'migrate add a --migrations /proc/x'; do
        # shellcheck disable=SC2086
        run "$TENON" $line
        expect_exit 2
        expect_err_contains "'/proc/x"
        expect_err_contains "[unwritable]"
    done
    printf '[generate]\nout = /proc/x\n' >tenon.ini
    run "$TENON" generate --json
    expect_exit 2
    expect_json_value '$.findings[0].code' unwritable
    rm tenon.ini
    rm -rf gen
    touch gen
    run "$TENON" generate
    expect_exit 2
}

test_check_needs_no_database_and_no_replay() {
    project
    write migrations/2_broken.sql <<<'INSERT INTO nowhere VALUES (1);'
    run "$TENON" generate --check
    expect_exit 1
    expect_err_contains "[stale]"
    expect_err_lacks "nowhere"
}

test_files_without_a_source_are_removed_and_others_stay() {
    project
    write queries/old.sql <<<'-- name: old :many
SELECT id FROM things;'
    run "$TENON" generate
    write gen/mine.tenon.c <<<'/* my own */'
    rm queries/old.sql
    run "$TENON" generate
    expect_exit 0
    expect_err_contains "2 removed"
    expect_no_file gen/old.tenon.c
    expect_no_file gen/old.tenon.h
    expect_file gen/mine.tenon.c
}

# snapshot: what there is in gen.
snapshot() { find gen -type f -exec sha256sum {} + | sort; }

test_file_that_was_edited_is_stale() {
    project
    run "$TENON" generate
    expect_exit 0
    run "$TENON" generate --check
    expect_exit 0
    sed -i 's/SELECT/SELECT /' gen/things.tenon.c
    run "$TENON" generate --check
    expect_exit 1
    expect_err_contains "'gen/things.tenon.c' is not as it was generated"
    head -n 20 gen/things.tenon.h >gen/cut && mv gen/cut gen/things.tenon.h
    run "$TENON" generate --check
    expect_err_contains "'gen/things.tenon.h' is not as it was generated"
    run "$TENON" generate
    expect_err_contains "2 written"
    run "$TENON" generate --check
    expect_exit 0
}

test_files_of_others_are_neither_removed_nor_stale() {
    project
    digest=$(printf '%064d' 0)
    write gen/tenonize.c <<<'/* Generated by tenonize 3: do not edit. */'
    write gen/no_digest.c <<<"/* Generated by tenon from 'x.sql', prefix 'app': do not edit. */"
    write gen/other.tenon.h <<<"/* Generated by tenon from 'x.sql', prefix 'web': do not edit. */
/* tenon:inputs $digest */"
    write gen/all.c <<<"/* Generated by tenon from the other files, prefix 'app': do not edit. */
/* tenon:inputs $digest */"
    before=$(snapshot)
    run "$TENON" generate
    expect_exit 0
    expect_err_contains "0 removed"
    run "$TENON" generate --check
    expect_exit 0
    rm gen/things.* gen/app_tables.h
    expect_equal "$(snapshot)" "$before" "files of others"
}

test_unity_file_stays_without_the_option() {
    project
    run "$TENON" generate --unity all.c
    expect_exit 0
    run "$TENON" generate
    expect_exit 0
    expect_err_contains "0 removed"
    expect_file gen/all.c
    run "$TENON" generate --check
    expect_exit 0
}

test_projects_of_two_prefixes_share_a_folder() {
    project
    write web.ini <<'INI'
[queries]
source = web/*.sql
[generate]
prefix = web
INI
    write web/pages.sql <<<'-- name: page :many
SELECT id FROM things;'
    run "$TENON" generate
    run "$TENON" --config web.ini generate
    expect_exit 0
    expect_err_contains "0 removed"
    run "$TENON" generate --check
    expect_exit 0
    run "$TENON" --config web.ini generate --check
    expect_exit 0
}

test_writing_over_a_file_of_another_origin_is_refused() {
    project
    write gen/things.tenon.h <<<'/* my own */'
    before=$(snapshot)
    run "$TENON" generate
    expect_exit 7
    expect_err_contains "'gen/things.tenon.h' is not a generated file"
    expect_equal "$(snapshot)" "$before" "the folder"
    run "$TENON" generate --check
    expect_exit 1
    expect_err_contains "'gen/things.tenon.h' is not a generated file"
    rm gen/things.tenon.h
    write gen/all.c <<<'int main(void) { return 0; }'
    run "$TENON" generate --unity all.c
    expect_exit 7
    expect_err_contains "gen/all.c"
    expect_no_file gen/things.tenon.h
}

test_depfile_lists_inputs_and_folders() {
    project
    mv queries/things.sql 'queries/the $ things.sql'
    write src/a.c <<<'int a;'
    write migrations/2_more.up.sql <<<'CREATE TABLE more (id INTEGER PRIMARY KEY);'
    write migrations/2_more.down.sql <<<'DROP TABLE more;'
    mkdir out
    run "$TENON" generate --depfile out/gen.stamp.d
    expect_exit 0
    expect_file_contains out/gen.stamp.d 'out/gen.stamp: '
    for path in migrations migrations/1_schema.sql migrations/2_more.up.sql migrations/2_more.down.sql queries 'queries/the\ $$\ things.sql' src src/a.c tenon.ini; do
        grep -qF -- " $PWD/$path" out/gen.stamp.d || fail "depfile lacks $path"
    done
    printf 'include out/gen.stamp.d\nout/gen.stamp:\n\ttouch $@\n' >Makefile
    run make out/gen.stamp
    expect_exit 0
    run make -q out/gen.stamp
    expect_exit 0
    sleep 0.01
    touch 'queries/the $ things.sql'
    run make -q out/gen.stamp
    expect_exit 1
}

test_options_that_do_not_fit_are_refused() {
    project
    run "$TENON" generate --check --depfile gen.d
    expect_exit 2
    for name in ../all.c all.h things.tenon.c .c; do
        run "$TENON" generate --unity "$name"
        expect_exit 2
        expect_err_contains "--unity"
    done
    expect_no_file gen
}

test_names_cannot_end_a_comment() {
    project
    write migrations/2_evil.sql <<<'CREATE TABLE "x */ int y; /*" ("a */ b" TEXT, "c""d" INTEGER);'
    write queries/evil.sql <<<'-- name: evil :many
SELECT * FROM "x */ int y; /*";'
    # A trigraph, a backslash in front of a line end, and a line end.
    write migrations/3_lines.sql <<<'CREATE TABLE "y ??/
\
*/ int z;" ("a ??/" TEXT);'
    write queries/lines.sql <<<'-- name: lines :many
SELECT *, '"'??/'"' AS other FROM "y ??/
\
*/ int z;";'
    run "$TENON" generate
    expect_exit 0
    compile gen/evil.tenon.c "gcc -std=c11"
    compile gen/lines.tenon.c "gcc -std=c11"
    mv queries/evil.sql 'queries/"evil.sql'
    run "$TENON" generate
    expect_exit 1
    expect_err_contains "cannot be the name of a C file"
}

test_two_queries_of_one_c_name_are_refused() {
    project
    write queries/more.sql <<'SQL'
-- name: thing :optional
SELECT * FROM things WHERE id = :id;
-- name: thing_list_all :exec
DELETE FROM things;
-- name: x :many
-- returns thing_rows
SELECT id FROM things;
SQL
    run "$TENON" generate
    expect_exit 1
    expect_err_matches '^queries/more.sql:5:10: error: .*would both be .app_thing_rows. in C \[name-collision\]$'
    expect_err_contains "queries/more.sql:1:10: error: table 'things' and query 'thing' would both be 'app_thing' in C [name-collision]"
    expect_err_contains "would both be 'app_thing_list_all' in C"
    expect_err_contains "queries/more.sql:3:10: note: the other one is here"
    expect_no_file gen
}

test_returns_shares_a_struct_if_the_columns_fit() {
    project
    write queries/heads.sql <<'SQL'
-- name: head_find :optional
-- returns head
SELECT id, name FROM things WHERE id = :id;
-- name: head_list :many
-- returns head
SELECT id, name FROM things;
-- name: thing_all :many
-- returns thing
SELECT * FROM things;
SQL
    run "$TENON" generate
    expect_exit 0
    expect_file_contains gen/app_tables.h "struct app_head {"
    expect_file_contains gen/heads.tenon.h "int app_head_find(struct app_head *out,"
    expect_file_contains gen/heads.tenon.h "int app_head_list_all(struct app_head_rows *rows,"
    sed -i '$s/.*/SELECT id, note AS name FROM things;/' queries/heads.sql
    run "$TENON" generate
    expect_exit 1
    expect_err_contains "[returns-mismatch]"
}

test_keywords_get_an_underscore() {
    project
    run "$TENON" generate
    expect_file_contains gen/things.tenon.h "int64_t default_;"
}

test_empty_prefix_is_allowed() {
    project
    sed -i 's/prefix = app/prefix =/' tenon.ini
    run "$TENON" generate
    expect_exit 0
    expect_file gen/tables.h
    expect_file_contains gen/things.tenon.h "int thing_find(struct thing *out,"
    compile gen/things.tenon.c "gcc -std=c11"
}

test_generated_code_is_clean_c_and_cpp() {
    project
    write src/inline.c <<'C'
TN_QUERY(inline_one, ":one", "SELECT size, 'a ?\?- b\t\"c\"' AS x FROM things WHERE id = :id");
C
    run "$TENON" generate
    expect_exit 0
    for file in gen/things.tenon.c gen/inline.tenon.c; do
        compile "$file" "${compilers[@]}"
        run gcc -std=c99 -Wall -Wextra -Wpedantic -fsyntax-only -x c "${includes[@]}" "${file%.c}.h"
        expect_exit 0
    done
    command -v clang-format >/dev/null || return 0
    cp "$TENON_SOURCE/.clang-format" .
    for file in gen/*; do
        run_shell "clang-format '$file' | diff '$file' -"
        expect_exit 0
    done
}

test_long_query_is_an_array_and_works() {
    project
    {
        echo '-- name: long :many'
        echo 'SELECT id FROM things WHERE name NOT IN ('
        for i in $(seq 600); do echo "'nämé $i',"; done
        echo "'') ORDER BY id;"
    } >queries/long.sql
    run "$TENON" generate
    expect_exit 0
    compile gen/long.tenon.c "gcc -std=c11"
}

test_edited_inline_query_stops_the_compiler() {
    project
    write src/app.c <<'C'
#include "app.tenon.h"
TN_QUERY(by_name, ":many",
         "SELECT id FROM things "
         "WHERE name = :name -- \"quoted\" ?");
int main(void) { return 0; }
C
    run "$TENON" generate
    expect_exit 0
    compile src/app.c "${gnu[@]}"
    sed -i 's/name = :name/name <> :name/' src/app.c
    run gcc -std=c11 "${includes[@]}" -c src/app.c -o /dev/null
    expect_exit 1
    expect_err_contains "changed: run tenon generate"
    run "$TENON" generate --check
    expect_exit 1
    sed -i 's/":many"/":one"/; s/name <> :name/name = :name/' src/app.c
    run gcc -std=c11 "${includes[@]}" -c src/app.c -o /dev/null
    expect_exit 1
    expect_err_contains "changed: run tenon generate"
}

test_another_abi_stops_the_compiler() {
    project
    run "$TENON" generate
    mkdir -p newer/tenon
    sed 's/^#define TN_GEN_ABI_MIN.*/#define TN_GEN_ABI_MIN 99/' "$TENON_SOURCE/include/tenon/gen.h" >newer/tenon/gen.h
    run gcc -std=c11 -Inewer "${includes[@]}" -c gen/things.tenon.c -o /dev/null
    expect_exit 1
    expect_err_contains "run tenon generate"
}

test_generated_code_runs_on_a_real_database() {
    project
    run "$TENON" generate
    expect_exit 0
    runs app "gcc -std=c11"
}

# A commit of its own that fails is the failure of the query, however few of its rows are wanted.
test_failed_commit_of_a_write_is_reported_in_every_mode() {
    project
    write queries/notes.sql <<'SQL'
-- name: note_one :one
INSERT INTO notes (thing_id) VALUES (:thing_id) RETURNING id;
-- name: note_optional :optional
INSERT INTO notes (thing_id) VALUES (:thing_id) RETURNING id;
-- name: note_exec :exec
INSERT INTO notes (thing_id) VALUES (:thing_id);
-- name: note_returning :exec
INSERT INTO notes (thing_id) VALUES (:thing_id) RETURNING id;
-- name: note_many :many
INSERT INTO notes (thing_id) VALUES (:thing_id), (:thing_id) RETURNING id;
-- name: note_count :one
-- column total int not null
SELECT count(*) AS total FROM notes;
SQL
    run "$TENON" generate
    expect_exit 0
    runs commit "gcc -std=c11"
}

run_tests
