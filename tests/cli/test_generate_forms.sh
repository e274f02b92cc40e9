#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What is generated of lists, optional parts, choices and bulks runs, in C and in C++: the golden projects on
# random data, against the same asked by hand.
source "$(dirname "$0")/lib.sh"

sanitizers=$(sed -n 's/^TENON_SANITIZE:[A-Z]*=//p' "$TENON_BUILD/CMakeCache.txt")
includes=(-I"$TENON_SOURCE/include" -I"$TENON_BUILD/include" -I"$TENON_SOURCE/tests/cli" -Igen)
strict=(-g -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror)
links=("$TENON_BUILD/src/libtenon.a" -lsqlite3 -lcrypto -lpthread)
if [ -n "$sanitizers" ]; then
    strict+=(-fsanitize="$sanitizers")
    links+=(-fsanitize="$sanitizers")
fi

# under COMMAND…: with valgrind, where there are no sanitizers.
under() {
    if [ -z "$sanitizers" ] && command -v valgrind >/dev/null; then
        run valgrind -q --error-exitcode=99 --leak-check=full "$@"
    else
        run "$@"
    fi
}

run_project() { # NAME
    local language source
    cp -r "$TENON_SOURCE/tests/golden/$1/." .
    rm -rf gen
    run "$TENON" generate
    expect_exit 0
    for language in "gcc -std=c11" "g++ -std=c++17 -x c++"; do
        rm -f app.db* ./*.o
        DATABASE_URL=sqlite:app.db run "$TENON" migrate up
        expect_exit 0
        for source in "$TENON_SOURCE/tests/cli/generated_$1.c" gen/*.c src/*.c; do
            [ -e "$source" ] || continue
            # shellcheck disable=SC2086
            run $language "${strict[@]}" "${includes[@]}" -c "$source" -o "$(basename "$source").o"
            expect_exit 0
        done
        run g++ -o app ./*.o "${links[@]}"
        expect_exit 0
        under ./app
        expect_exit 0
        expect_out "ok"
    done
}

test_lists_find_what_single_values_find() { run_project lists; }
test_variants_give_the_rows_of_their_conditions() { run_project variants; }
test_bulks_do_all_or_nothing() { run_project bulk; }

run_tests
