#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# tenon_generate() in a user's build: as a part of it, and from an installed package.
source "$(dirname "$0")/lib.sh"

# Configured without sanitizers: the program under test is the one that has been built already.
prefix=$tn_scratch/usr
cmake --install "$TENON_BUILD" --prefix "$prefix" >/dev/null
sanitizers=$(sed -n 's/^TENON_SANITIZE:[A-Z]*=//p' "$TENON_BUILD/CMakeCache.txt")

consumer() { # [ARGUMENTS of tenon_generate]
    write migrations/1_users.sql <<<'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);'
    write queries/users.sql <<<'-- name: user_find :optional
SELECT * FROM users WHERE id = :id;'
    write tenon.ini <<<'[generate]
prefix = app
[types]
users = user'
    write main.c <<'C'
#include <stdio.h>

#include "users.tenon.h"

int main(void)
{
    printf("%zu\n", sizeof(struct app_user) / sizeof(void *));
    return 0;
}
C
    write CMakeLists.txt <<CMAKE
cmake_minimum_required(VERSION 3.25)
project(consumer LANGUAGES C)
find_package(tenon REQUIRED)
add_executable(consumer main.c)
target_link_libraries(consumer PRIVATE tenon::tenon)
target_compile_options(consumer PRIVATE -Wall -Wextra -Werror)
if("$sanitizers")
    target_link_options(consumer PRIVATE -fsanitize=$sanitizers)
endif()
tenon_generate(consumer $*)
CMAKE
}

configure() { # [GENERATOR]
    run cmake -S . -B build -G "${1:-Ninja}" -DCMAKE_PREFIX_PATH="$prefix"
    expect_exit 0
}

build() {
    run cmake --build build
    expect_exit 0
}

answer() {
    LD_LIBRARY_PATH=$(dirname "$(find "$prefix" -name libtenon.so | head -n 1)") run build/consumer
    expect_exit 0
    expect_out "$1"
}

# Every change is seen by the next build, and nothing is done where there is none.
changes_are_seen() {
    build
    answer 3
    build
    expect_out_lacks "Building"

    write migrations/2_more.sql <<<'ALTER TABLE users ADD COLUMN mail TEXT;'
    build
    answer 5
    build
    expect_out_lacks "Building"

    write queries/more.sql <<<'-- name: user_count :one
-- column total int not null
SELECT count(*) AS total FROM users;'
    build
    expect_file build/tenon/consumer/more.tenon.h
    rm queries/more.sql
    build
    expect_no_file build/tenon/consumer/more.tenon.h

    echo 'users.name = json' >>tenon.ini
    build
    expect_file_contains build/tenon/consumer/app_tables.h "tn_json name;"

    sed -i 's/WHERE id/WHERE nope/' queries/users.sql
    run cmake --build build
    [ "$status" -ne 0 ] || fail "a wrong query did not stop the build"
    grep -q "no column 'nope' in table 'users'" "$out" "$err" || fail "the finding is not shown"
    sed -i 's/WHERE nope/WHERE id/' queries/users.sql
    build
}

test_ninja_sees_every_change() {
    consumer
    configure
    changes_are_seen
}

test_make_sees_every_change() {
    consumer
    configure "Unix Makefiles"
    changes_are_seen
}

test_make_sees_a_change_from_before_it_was_configured_again() {
    consumer
    configure "Unix Makefiles"
    build
    sed -i 's/WHERE id/WHERE nope/' queries/users.sql
    configure "Unix Makefiles"
    run cmake --build build
    [ "$status" -ne 0 ] || fail "a wrong query did not stop the build"
}

# Its headers are seen by those that link it.
test_target_is_a_library() {
    local generator
    for generator in Ninja "Unix Makefiles"; do
        rm -rf build migrations queries gen
        consumer
        write CMakeLists.txt <<CMAKE
cmake_minimum_required(VERSION 3.25)
project(consumer LANGUAGES C)
find_package(tenon REQUIRED)
add_library(data STATIC)
target_link_libraries(data PUBLIC tenon::tenon)
target_include_directories(data PUBLIC gen)
if("$sanitizers")
    target_link_options(data PUBLIC -fsanitize=$sanitizers)
endif()
tenon_generate(data OUT \${CMAKE_CURRENT_SOURCE_DIR}/gen)
add_executable(consumer main.c)
target_link_libraries(consumer PRIVATE data)
CMAKE
        configure "$generator"
        build
        answer 3
        write migrations/2_more.sql <<<'ALTER TABLE users ADD COLUMN mail TEXT;'
        build
        answer 5
    done
}

test_config_and_out_are_where_they_are_said_to_be() {
    consumer CONFIG project/tenon.ini OUT generated
    mkdir project
    mv migrations queries tenon.ini project
    configure
    build
    expect_file build/generated/users.tenon.c
    answer 3
}

test_wrong_arguments_are_refused() {
    consumer CONFG tenon.ini
    run cmake -S . -B build -G Ninja -DCMAKE_PREFIX_PATH="$prefix"
    expect_exit 1
    expect_err_contains "tenon_generate: cannot read 'CONFG;tenon.ini'"
    consumer CONFIG missing.ini
    run cmake -S . -B build -G Ninja -DCMAKE_PREFIX_PATH="$prefix"
    expect_exit 1
    expect_err_contains "missing.ini"
}

test_edited_down_script_is_embedded_anew() {
    consumer EMBED
    mv migrations/1_users.sql migrations/1_users.up.sql
    write migrations/1_users.down.sql <<<'DROP TABLE users;'
    configure
    build
    touch -d '2001-01-01' build/tenon/consumer/consumer_migrations.c
    echo 'DROP VIEW IF EXISTS others;' >>migrations/1_users.down.sql
    build
    expect_equal "$(find build/tenon/consumer -name consumer_migrations.c -newermt 2002-01-01 | wc -l)" 1 \
        "embedded migrations written anew"
    build
    expect_out_lacks "Building"
}

test_inline_queries_are_seen() {
    consumer
    echo '[queries]
source = main.c' >>tenon.ini
    cat >>main.c <<<'#include "main.tenon.h"
TN_QUERY(user_all, ":many", "SELECT name FROM users");'
    sed -i '/users.tenon.h/d; s/sizeof.*\*)/(size_t)1/' main.c
    configure
    build
    sed -i 's/SELECT name/SELECT id, name/' main.c
    build
    expect_file_contains build/tenon/consumer/main.tenon.h "SELECT id, name FROM users"
}

test_sqlite_without_column_metadata_is_refused_when_configuring() {
    echo 'int sqlite3_libversion_number(void) { return 3040000; }' >other.c
    gcc -shared -o libsqlite3.so -Wno-missing-prototypes -x c other.c
    run cmake -S "$TENON_SOURCE" -B build -G Ninja -DSQLite3_LIBRARY="$PWD/libsqlite3.so"
    expect_exit 1
    # Message lines are broken by CMake.
    tr -s ' \n' ' ' <"$err" >said
    expect_file_contains said "libsqlite3.so lacks sqlite3_column_table_name()"
    expect_file_contains said "SQLITE_ENABLE_COLUMN_METADATA"
}

run_tests
