#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The README names what there is, and leaves nothing out.
# shellcheck source=/dev/null
source "$TENON_SOURCE/tests/cli/lib.sh"

example=$TENON_SOURCE/examples/cobalt

# Every test that the example has: shell functions, and those that are registered in C.
tests_there_are() {
    {
        sed -nE 's/^(test_[a-z0-9_]+)\(\) .*/\1/p' "$example"/tests/*.sh
        sed -nE 's/^ +(STORE_TEST|EMPTY_TEST|cmocka_unit_test)\(([a-z0-9_]+)\).*/\2/p' "$example"/tests/*.c
    } | sort -u
}

test_readme_names_tests_that_exist() {
    local name count=0
    tests_there_are >there
    # The last cell of a row names its tests; that of an index, its queries.
    grep -v '^| `idx_' "$example/README.md" | sed -nE 's/^\|.*\|([^|]*)\|$/\1/p' | grep -oE '`[a-z0-9_]+`' | tr -d '`' |
        grep -E '_[a-z0-9]+_[a-z0-9]+_' | sort -u >named
    while read -r name; do
        grep -qx "$name" there || fail "there is no test $name"
        count=$((count + 1))
    done <named
    [ $count -gt 40 ] || fail "$count tests in the README"
}

# A test, or a file that shows it.
test_readme_map_has_a_proof_in_every_row() {
    local row proof count=0
    while read -r row; do
        proof=$(sed -E 's/.*\|([^|]*)\|$/\1/' <<<"$row" | grep -oE '`[^`]+`' | tr -d '`' | head -n 1)
        [ -n "$proof" ] || fail "no proof: $row"
        [[ $proof != *.* ]] || expect_file "$example/$proof"
        count=$((count + 1))
    done < <(sed -n '/^## Coming from SeaORM/,$p' "$example/README.md" | grep '^|' |
        grep -vE '^\|[-| ]*\|$|\| shown by \|$')
    [ $count -gt 50 ] || fail "$count rows"
}

test_readme_leaves_no_counterpart_out() {
    local name
    for name in $(sed -nE 's/^(test_[a-z0-9_]+)\(\) .*/\1/p' "$example/tests/test_counterparts.sh"); do
        expect_file_contains "$example/README.md" "\`$name\`"
    done
}

test_readme_names_every_index() {
    local index count=0
    while read -r index; do
        expect_file_contains "$example/README.md" "| \`$index\` |"
        count=$((count + 1))
    done < <(grep -hoE 'INDEX (CONCURRENTLY )?idx_[a-z_]+ ON' "$example"/migrations/*.up.sql | grep -o 'idx_[a-z_]*')
    [ $count -eq 6 ] || fail "$count indexes"
}

test_readme_names_every_status() {
    local name count=0
    while read -r name; do
        expect_file_contains "$example/README.md" "| \`COBALT_$name\`"
        count=$((count + 1))
    done < <(sed -nE 's/^ X\((E[A-Z]+), [0-9]+,.*/\1/p' "$example/src/status.h")
    [ $count -eq 8 ] || fail "$count statuses"
}

test_readme_has_the_subjects_of_the_help() {
    local name count=0
    while read -r name; do
        expect_file_contains "$example/README.md" "cobalt $name"
        count=$((count + 1))
    done < <("$COBALT" help | sed -nE 's/^  ([a-z]+) .*/\1/p' | sort -u)
    [ $count -gt 5 ] || fail "$count subjects"
}

run_tests
