#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Each public header compiles alone, and twice, in C99, C11 and C++17, without a warning, with every
# compiler that is there.
source "$(dirname "$0")/../cli/lib.sh"

strict=(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wundef -Wcast-qual
    -Werror -fsyntax-only -I"$TENON_SOURCE/include" -I"$TENON_BUILD/include")

each_header() { # LANGUAGE FLAG… -- COMPILER…
    local language=$1 flags=() compiler header found=0
    shift
    while [ "$1" != -- ]; do
        flags+=("$1")
        shift
    done
    shift
    for compiler in "$@"; do
        command -v "$compiler" >/dev/null || continue
        found=1
        for header in "$TENON_SOURCE"/include/tenon/*.h "$TENON_BUILD"/include/tenon/version.h; do
            header=tenon/$(basename "$header")
            printf '#include <%s>\n#include <%s>\nint main(void) { return 0; }\n' \
                "$header" "$header" >one
            run "$compiler" "${flags[@]}" "${strict[@]}" -x "$language" one
            [ "$status" -eq 0 ] || fail "$header"
        done
    done
    [ "$found" -eq 1 ] || skip "none of these compilers: $*"
}

test_headers_in_c99_compile_alone() {
    each_header c -std=c99 -Wstrict-prototypes -- gcc clang
}

test_headers_in_c11_compile_alone() {
    each_header c -std=c11 -Wstrict-prototypes -- gcc clang
}

test_headers_in_cpp17_compile_alone() {
    each_header c++ -std=c++17 -- g++ clang++
}

run_tests
