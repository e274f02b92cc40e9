#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The README names every index of the schema, and every test it names is there.
source "$TENON_SOURCE/tests/cli/lib.sh"

example=$TENON_SOURCE/examples/acolib

test_readme_names_every_index() {
    local index count=0
    while read -r index; do
        expect_file_contains "$example/README.md" "| \`$index\` |"
        count=$((count + 1))
    done < <(grep -hoE 'CREATE INDEX [a-z_]+' "$example"/migrations/*.up.sql | cut -d ' ' -f 3)
    [ $count -gt 0 ] || fail "no index in the migrations"
}

test_readme_names_tests_that_exist() {
    local name count=0
    while read -r name; do
        grep -q "^$name()" "$example"/tests/*.sh || fail "there is no test $name"
        count=$((count + 1))
    done < <(grep -oE '`test_[a-z_]+`' "$example/README.md" | tr -d '`' | sort -u)
    [ $count -gt 0 ] || fail "no test in the README"
}

test_readme_leaves_no_counterpart_out() {
    local name count=0
    while read -r name; do
        expect_file_contains "$example/README.md" "\`$name\`"
        count=$((count + 1))
    done < <(grep -oE '^test_[a-z_]+' "$example/tests/test_counterparts.sh")
    [ $count -gt 0 ] || fail "no test of a counterpart"
}

run_tests
