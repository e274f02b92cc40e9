#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Which SQLite Tenon is built against: TENON_BUNDLED_SQLITE, a folder with an amalgamation. The whole of
# it is built where AMALGAMATION names such a folder (Debian has no package of one).
source "$(dirname "$0")/../cli/lib.sh"

configure() { # ARGUMENT…
    run cmake -S "$TENON_SOURCE" -B build -G Ninja -DCMAKE_BUILD_TYPE=Release -DTENON_TESTS=OFF \
        -DTENON_EXAMPLES=OFF "$@"
}

test_folder_without_an_amalgamation_is_named() {
    mkdir -p empty
    configure -DTENON_BUNDLED_SQLITE="$PWD/empty"
    expect_exit 1
    expect_err_contains "there is no file"
    expect_err_contains "empty/sqlite3.c"
}

test_old_amalgamation_is_refused() {
    write old/sqlite3.c <<<'int x;'
    write old/sqlite3.h <<<'#define SQLITE_VERSION        "3.31.1"'
    configure -DTENON_BUNDLED_SQLITE="$PWD/old"
    expect_exit 1
    expect_err_contains "has SQLite '3.31.1'"
    write old/sqlite3.h <<<'#define NOTHING'
    configure -DTENON_BUNDLED_SQLITE="$PWD/old"
    expect_exit 1
    expect_err_contains "has SQLite ''"
}

test_postgres_may_be_left_out() {
    configure -DTENON_POSTGRES=OFF
    expect_exit 0
    run cmake --build build --target tenon_static
    expect_exit 0
}

test_amalgamation_is_built_installed_and_used() {
    local prefix=$PWD/usr libdir flags
    [ -n "${AMALGAMATION:-}" ] || skip "AMALGAMATION names no amalgamation"
    configure -DTENON_BUNDLED_SQLITE="$AMALGAMATION"
    expect_exit 0
    run cmake --build build
    expect_exit 0
    run cmake --install build --prefix "$prefix"
    expect_exit 0
    libdir=$(dirname "$(find "$prefix" -name libtenon.so | head -n 1)")
    run ldd "$libdir/libtenon.so"
    expect_out_lacks libsqlite3.so
    run "$prefix/bin/tenon" --url :memory: sql --csv 'SELECT sqlite_version()'
    expect_out_contains "$(sed -n 's/^#define SQLITE_VERSION *"\(.*\)"/\1/p' \
        "$AMALGAMATION/sqlite3.h")"
    write main.c <<'C'
#include <sqlite3.h>
#include <tenon/tenon.h>
int main(void)
{
    tn_db *db;
    return tn_db_open(&db, ":memory:", NULL, NULL) != TN_OK || sqlite3_libversion_number() != SQLITE_VERSION_NUMBER;
}
C
    read -ra flags <<<"$(PKG_CONFIG_PATH=$libdir/pkgconfig pkg-config --cflags --libs tenon)"
    run "${CC:-cc}" -o app main.c "${flags[@]}"
    expect_exit 0
    LD_LIBRARY_PATH=$libdir run ./app
    expect_exit 0
}

run_tests
