#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The README names what there is, and leaves no counterpart out.
# shellcheck source=/dev/null
source "$TENON_SOURCE/tests/cli/lib.sh"

example=$TENON_SOURCE/examples/rivetr

test_readme_names_tests_that_exist() {
    local name count=0
    while read -r name; do
        grep -q "^$name()" "$example"/tests/*.sh || grep -q "static void $name(" "$example"/tests/*.c ||
            fail "there is no test $name"
        count=$((count + 1))
    done < <(grep -oE '`(test|app|name|update|deletion|deployment|counts|log|variable|project)_[a-z_]+`' "$example/README.md" | tr -d '`' |
        grep -E '_[a-z]+_[a-z]+_' | sort -u)
    [ $count -gt 10 ] || fail "too few tests in the README"
}

test_readme_leaves_no_counterpart_out() {
    local name
    for name in $(grep -oE '^test_[a-z_]+' "$example/tests/test_counterparts.sh"); do
        expect_file_contains "$example/README.md" "\`$name\`"
    done
}

test_help_and_readme_have_the_same_commands() {
    local name
    "$RIVETR" help | sed -nE 's/^  ([a-z]+ [a-z-]+).*/\1/p' | grep -v '^logs' >names
    [ "$(wc -l <names)" -gt 20 ] || fail "no commands"
    while read -r name; do expect_file_contains "$example/README.md" "${name%% *}"; done <names
}

run_tests
