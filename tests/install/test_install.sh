#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What is installed can be used: by find_package, by pkg-config and a plain compiler, after a move,
# and as a part of another project.
source "$(dirname "$0")/../cli/lib.sh"

prefix=$tn_scratch/usr
cmake --install "$TENON_BUILD" --prefix "$prefix" >/dev/null
libdir=$(dirname "$(find "$prefix" -name libtenon.so | head -n 1)")

write_consumer() {
    write main.c <<'C'
#include <stdio.h>
#include <tenon/tenon.h>

int main(void)
{
    tn_db *db = NULL;
    tn_error err = {0};
    tn_arena arena = TN_ARENA_INIT;
    tn_rows rows;
    int rc = tn_db_open(&db, ":memory:", NULL, &err);
    if (rc == TN_OK)
        rc = tn_query(&rows, db, "SELECT 6 * 7 AS answer", NULL, 0, &arena, &err);
    if (rc == TN_OK)
        printf("%s %lld\n", rows.names[0], (long long)tn_rows_at(&rows, 0, 0)->as.integer);
    else
        fprintf(stderr, "%s: %s\n", tn_status_name(rc), err.message);
    tn_arena_fini(&arena);
    tn_db_close(db);
    return rc != TN_OK;
}
C
}

expect_answer() { # PROGRAM
    LD_LIBRARY_PATH=$libdir run "$1"
    expect_exit 0
    expect_out "answer 42"
}

pc() { PKG_CONFIG_PATH=$libdir/pkgconfig pkg-config "$@"; }

test_find_package_gives_libraries_and_tool() {
    write_consumer
    write CMakeLists.txt <<'CMAKE'
cmake_minimum_required(VERSION 3.25)
project(consumer LANGUAGES C)
find_package(tenon 0.1 REQUIRED)
add_executable(shared main.c)
target_link_libraries(shared PRIVATE tenon::tenon)
add_executable(static main.c)
target_link_libraries(static PRIVATE tenon::tenon-static)
add_custom_command(OUTPUT version.txt COMMAND sh -c "\"$<TARGET_FILE:tenon::tool>\" --version >version.txt" VERBATIM)
add_custom_target(version ALL DEPENDS version.txt)
CMAKE
    run cmake -S . -B build -G Ninja -DCMAKE_PREFIX_PATH="$prefix"
    expect_exit 0
    run cmake --build build
    expect_exit 0
    expect_answer build/shared
    expect_answer build/static
    expect_file_contains build/version.txt "tenon 0."
}

test_find_package_of_another_minor_version_is_refused() {
    write CMakeLists.txt <<'CMAKE'
cmake_minimum_required(VERSION 3.25)
project(consumer LANGUAGES C)
find_package(tenon 0.2 REQUIRED)
CMAKE
    run cmake -S . -B build -G Ninja -DCMAKE_PREFIX_PATH="$prefix"
    expect_exit 1
    expect_err_contains 'tenon-config.cmake, version: 0.1'
    expect_err_contains 'requested version "0.2"'
}

test_pkg_config_with_plain_compiler_builds() {
    write_consumer
    local flags
    read -ra flags <<<"$(pc --cflags --libs tenon)"
    run "${CC:-cc}" -std=c99 -o app main.c "${flags[@]}"
    expect_exit 0
    expect_answer ./app
    # Not --static: that would want the static libraries of the engine's own needs, too.
    read -ra flags <<<"$(pc --cflags tenon) $(pc --libs sqlite3 libcrypto) -pthread"
    run "${CC:-cc}" -std=c99 -o app-static main.c "$libdir/libtenon.a" "${flags[@]}"
    expect_exit 0
    LD_LIBRARY_PATH='' run ldd ./app-static
    expect_out_lacks libtenon
}

test_pkg_config_tool_is_the_program() {
    run "$(pc --variable=tool tenon)" --version
    expect_exit 0
    expect_out_contains "tenon $(pc --modversion tenon)"
}

write_project() {
    write tenon.ini <<<$'[generate]\nprefix = app'
    write migrations/1_tasks.sql <<<'CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT NOT NULL);'
    write queries/tasks.sql <<'SQL'
-- name: task_add :exec
INSERT INTO tasks (title) VALUES (:title);

-- name: task_title :one
SELECT title FROM tasks WHERE id = :id;
SQL
    write main.c <<'C'
#include <stdio.h>
#include <tenon/tenon.h>

#include "tasks.tenon.h"

int main(void)
{
    tn_db *db = NULL;
    tn_error err = {0};
    tn_arena arena = TN_ARENA_INIT;
    tn_migration_set set;
    struct app_task_title_row row;
    int rc = tn_db_open(&db, ":memory:", NULL, &err);
    if (rc == TN_OK)
        rc = tn_migration_set_load(&set, "migrations", &arena, NULL, &err);
    if (rc == TN_OK)
        rc = tn_migrate(db, &set, NULL, NULL, &err);
    if (rc == TN_OK)
        rc = app_task_add(NULL, db, tn_text_of("answer 42"), &err);
    if (rc == TN_OK)
        rc = app_task_title(&row, db, 1, &arena, &err);
    if (rc == TN_OK)
        puts(row.title.data);
    else
        fprintf(stderr, "%s: %s\n", tn_status_name(rc), err.message);
    tn_arena_fini(&arena);
    tn_db_close(db);
    return rc != TN_OK;
}
C
}

test_tenon_generate_of_the_package_builds_and_sees_changes() {
    write_project
    write CMakeLists.txt <<'CMAKE'
cmake_minimum_required(VERSION 3.25)
project(consumer LANGUAGES C)
find_package(tenon REQUIRED)
add_executable(app main.c)
target_link_libraries(app PRIVATE tenon::tenon)
tenon_generate(app)
CMAKE
    run cmake -S . -B build -G Ninja -DCMAKE_PREFIX_PATH="$prefix"
    expect_exit 0
    run cmake --build build
    expect_exit 0
    expect_answer build/app
    run cmake --build build
    expect_out_contains "no work to do"
    sed -i 's/SELECT title/SELECT titel/' queries/tasks.sql
    run cmake --build build
    expect_exit 1
    expect_out_contains "queries/tasks.sql:5:8: error:"
    expect_out_contains "[unknown-column]"
}

test_plain_make_generates_and_sees_changes() {
    write_project
    write Makefile <<'MAKE'
TENON := $(shell pkg-config --variable=tool tenon)
CFLAGS += -Igen $(shell pkg-config --cflags tenon)

app: main.c gen/app_queries.c
	$(CC) $(CFLAGS) -o $@ $^ $(shell pkg-config --libs tenon)
gen/app_queries.c:
	$(TENON) generate --quiet --out gen --unity app_queries.c --depfile $@.d
	touch $@
-include gen/app_queries.c.d
MAKE
    export PKG_CONFIG_PATH=$libdir/pkgconfig
    run make
    expect_exit 0
    expect_answer ./app
    run make -q
    expect_exit 0
    sed -i 's/SELECT title/SELECT titel/' queries/tasks.sql
    run make
    expect_exit 2
    expect_err_contains "queries/tasks.sql:5:8: error:"
}

test_moved_tree_is_found() {
    cp -a "$prefix" moved
    local dir
    dir=$(dirname "$(find "$PWD/moved" -name tenon.pc)")
    PKG_CONFIG_PATH=$dir run pkg-config --variable=tool tenon
    expect_exit 0
    [ "$(realpath "$(cat "$out")")" = "$PWD/moved/bin/tenon" ] || fail "the tool is elsewhere"
}

test_subproject_builds_and_installs_nothing() {
    write_consumer
    write CMakeLists.txt <<CMAKE
cmake_minimum_required(VERSION 3.25)
project(consumer LANGUAGES C)
set(TENON_TOOL OFF)
add_subdirectory("$TENON_SOURCE" tenon EXCLUDE_FROM_ALL)
add_executable(app main.c)
target_link_libraries(app PRIVATE tenon::tenon-static)
install(TARGETS app)
CMAKE
    run cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=Release
    expect_exit 0
    run cmake --build build
    expect_exit 0
    expect_answer build/app
    run cmake --install build --prefix here
    expect_exit 0
    expect_equal "$(find here -type f)" here/bin/app
}

run_tests
