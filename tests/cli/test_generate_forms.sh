#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What is generated of lists, optional parts, choices and bulks runs, in C and in C++: the golden projects on
# random data, against the same asked by hand.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/generating.sh"

# With valgrind, where there are no sanitizers.
strict+=(-g)
if [ -n "$sanitizers" ]; then
    strict+=(-fsanitize="$sanitizers")
elif command -v valgrind >/dev/null; then
    under=(valgrind -q --error-exitcode=99 --leak-check=full)
fi

run_project() { # NAME
    golden "$1"
    runs "$1" "${gnu[@]}"
}

test_lists_find_what_single_values_find() { run_project lists; }
test_variants_give_the_rows_of_their_conditions() { run_project variants; }
test_bulks_do_all_or_nothing() { run_project bulk; }

run_tests
