#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Each public header compiles alone, in C99 and in C++17, without a warning.
source "$(dirname "$0")/../cli/lib.sh"

strict=(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wundef -Werror -fsyntax-only
    -I"$TENON_SOURCE/include" -I"$TENON_BUILD/include")

each_header() { # COMMAND…: the source comes from stdin
    local header
    for header in "$TENON_SOURCE"/include/tenon/*.h "$TENON_BUILD"/include/tenon/version.h; do
        header=tenon/$(basename "$header")
        printf '#include <%s>\n#include <%s>\nint main(void) { return 0; }\n' "$header" "$header" >one
        run_shell "$* - <one"
        [ "$status" -eq 0 ] || fail "$header"
    done
}

test_headers_in_c99_compile_alone() {
    each_header "${CC:-cc}" -std=c99 -Wstrict-prototypes "${strict[@]}" -x c
}

test_headers_in_cpp17_compile_alone() {
    command -v "${CXX:-c++}" >/dev/null || skip "no C++ compiler"
    each_header "${CXX:-c++}" -std=c++17 "${strict[@]}" -x c++
}

run_tests
