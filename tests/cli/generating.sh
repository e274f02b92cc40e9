#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What the tests of "generate" share: how generated code is compiled and run; sourced after lib.sh.

sanitizers=$(sed -n 's/^TENON_SANITIZE:[A-Z]*=//p' "$TENON_BUILD/CMakeCache.txt")
includes=(-I"$TENON_SOURCE/include" -I"$TENON_BUILD/include" -I"$TENON_SOURCE/tests/cli" -Igen)
strict=(-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror)
links=("$TENON_BUILD/src/libtenon.a" -lsqlite3 -lcrypto -lpthread)
[ -z "$sanitizers" ] || links+=(-fsanitize="$sanitizers")
under=() # what a program is run with

gnu=("gcc -std=c11" "g++ -std=c++17 -x c++")
compilers=("${gnu[@]}")
! command -v clang >/dev/null || compilers+=("clang -std=c11")
! command -v clang++ >/dev/null || compilers+=("clang++ -std=c++17 -x c++")

# golden NAME: the project of that golden test, generated anew.
golden() {
    cp -r "$TENON_SOURCE/tests/golden/$1/." .
    rm -rf gen check.json
    run "$TENON" generate
    expect_exit 0
}

# compile FILE COMPILER…: each takes it without a word.
compile() {
    local compiler
    for compiler in "${@:2}"; do
        # shellcheck disable=SC2086
        run $compiler "${strict[@]}" "${includes[@]}" -c "$1" -o /dev/null
        expect_exit 0
        expect_err_empty
    done
}

# database: a new app.db, with the rows of rows.sql, where there are some.
database() {
    rm -f app.db*
    DATABASE_URL=sqlite:app.db run "$TENON" migrate up
    expect_exit 0
    [ ! -e rows.sql ] || sql app.db "$(cat rows.sql)"
}

# runs NAME COMPILER…: generated_NAME.c with all that is generated and the project's own files says "ok", by
# each compiler, on a new database.
runs() {
    local compiler source
    for compiler in "${@:2}"; do
        rm -f app ./*.o
        database
        for source in "$TENON_SOURCE/tests/cli/generated_$1.c" gen/*.c src/*.c; do
            [ -e "$source" ] || continue
            # shellcheck disable=SC2086
            run $compiler "${strict[@]}" "${includes[@]}" -c "$source" -o "$(basename "$source").o"
            expect_exit 0
        done
        run "${compiler%% *}" -o app ./*.o "${links[@]}"
        expect_exit 0
        run "${under[@]}" ./app
        expect_exit 0
        expect_out "ok"
    done
}
