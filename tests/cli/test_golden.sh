#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Each folder of tests/golden is a project with what `tenon check --json` and `tenon generate` make of
# it: check.json and gen/. UPDATE=1 writes them anew; the difference is read in review.
source "$(dirname "$0")/lib.sh"

golden=$TENON_SOURCE/tests/golden

# One line per query and finding, so that differences can be read.
pretty() {
    sqlite3 -batch -init /dev/null :memory: "
        WITH doc (j) AS (SELECT CAST(readfile('$1') AS TEXT))
        SELECT 'query ' || q.value FROM doc, json_each(j, '\$.queries') AS q
        UNION ALL
        SELECT 'finding ' || f.value FROM doc, json_each(j, '\$.findings') AS f"
}

# What is generated compiles without a word, in both languages and by both compilers, and is formatted.
examine() {
    local file compiler
    [ -d gen ] || return 0
    for compiler in "gcc -std=c11" "g++ -std=c++17 -x c++" "clang -std=c11" "clang++ -std=c++17 -x c++"; do
        command -v "${compiler%% *}" >/dev/null || continue
        for file in gen/*.c; do
            [ -e "$file" ] || continue
            # shellcheck disable=SC2086
            run $compiler -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror \
                -I"$TENON_SOURCE/include" -I"$TENON_BUILD/include" -c "$file" -o /dev/null
            expect_exit 0
        done
    done
    command -v clang-format >/dev/null || return 0
    for file in gen/*; do
        run_shell "clang-format --style=file:'$TENON_SOURCE/.clang-format' '$file' | diff '$file' -"
        expect_exit 0
    done
}

compare() { # NAME
    cp -r "$golden/$1/." .
    rm -rf gen check.json
    run "$TENON" check --json
    [ "$status" -le 1 ] || fail "expected exit code 0 or 1"
    expect_json
    pretty "$out" >check.json
    run "$TENON" generate --quiet
    [ "$status" -le 1 ] || fail "expected exit code 0 or 1"
    examine
    # The digests change with every version of the tool.
    [ ! -d gen ] || sed -i 's/^\/\* tenon:\(inputs\|text\) .*/\/* tenon:\1 … *\//' gen/*
    if [ "${UPDATE:-}" = 1 ]; then
        rm -rf "$golden/$1/gen"
        cp check.json "$golden/$1/"
        [ ! -d gen ] || cp -r gen "$golden/$1/"
        return
    fi
    run diff -ru "$golden/$1" .
    expect_exit 0
}

test_types_are_as_agreed() { compare types; }
test_modes_are_as_agreed() { compare modes; }
test_inline_queries_are_as_agreed() { compare inline; }
test_enums_are_as_agreed() { compare enums; }
test_key_types_are_as_agreed() { compare keys; }
test_embeds_and_groups_are_as_agreed() { compare embed; }
test_structs_as_json_are_as_agreed() { compare json; }
test_lists_are_as_agreed() { compare lists; }
test_variants_are_as_agreed() { compare variants; }
test_bulks_are_as_agreed() { compare bulk; }
test_queries_of_postgres_are_as_agreed() { compare pg_queries; }
test_findings_are_as_agreed() { compare findings; }
test_advice_is_as_agreed() { compare advice; }
test_advice_on_postgres_is_as_agreed() { compare pg_advice; }

run_tests
