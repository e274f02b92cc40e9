#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What libtenon shows to the program that links it, and what it asks of the system.
source "$(dirname "$0")/../cli/lib.sh"

prefix=$tn_scratch/usr
cmake --install "$TENON_BUILD" --prefix "$prefix" >/dev/null
libdir=$(dirname "$(find "$prefix" -name libtenon.so | head -n 1)")
shared=$libdir/libtenon.so
static=$libdir/libtenon.a

# Names without a version behind '@'.
exported() { nm -D --defined-only "$shared" | awk '{ sub(/@.*/, "", $3); print $3 }' | sort; }
wanted() { nm -D --undefined-only "$shared" | awk '{ sub(/@.*/, "", $2); print $2 }' | sort; }

# Functions and objects that the installed headers declare with TN_API.
declared() {
    printf '#include <tenon/%s>\n' tenon.h gen_sqlite.h gen_postgres.h >api.c
    "${CC:-cc}" -E -P -I"$prefix/include" api.c | tr '\n' ' ' | tr ';' '\n' |
        grep -F 'visibility("default")' |
        grep -oE '\btn_[a-z0-9_]+ ?\(' | tr -d ' (' | sort -u
}

test_shared_library_exports_only_public_names() {
    exported >names
    run grep -vE '^tn_[a-z0-9]' names
    expect_out_empty
    run grep -F tn__ names
    expect_out_empty
}

test_shared_library_exports_what_the_headers_declare() {
    exported >names
    declared >headers
    [ "$(wc -l <headers)" -gt 50 ] || fail "the headers were not read"
    run diff headers names
    expect_out_empty
}

# The list is reviewed with the change that makes it longer or shorter: scripts/abi update.
test_exports_are_those_of_the_list() {
    exported >names
    run diff "$TENON_SOURCE/abi/tenon.exports" names
    expect_out_empty
}

# What a program that was compiled before would meet. A baseline is made anew when the ABI is meant to
# change (before 1.0 a minor version may), with a line under 'ABI' in CHANGELOG.md.
test_interface_is_that_of_the_baseline() {
    [ "$(uname -m)" = x86_64 ] || skip "the baseline is that of x86_64"
    run "$TENON_SOURCE/scripts/abi" check "$shared"
    expect_exit 0
}

test_static_library_defines_only_prefixed_names() {
    nm -g --defined-only "$static" 2>/dev/null | awk 'NF == 3 { print $3 }' >names
    [ -s names ] || fail "no names"
    run grep -vE '^tn_' names
    expect_out_empty
}

# The library never prints, ends the process, handles signals, or depends on the locale. It may call
# kill(): signal 0 asks whether the process that holds a migration still lives.
test_library_asks_for_no_forbidden_function() {
    wanted >names
    local forbidden='_?_?exit|_Exit|quick_exit|abort|atexit|__assert(_fail)?'
    forbidden+='|(__)?v?f?d?printf(_chk)?|f?puts|f?putc|putchar|fwrite|perror|stdout|stderr|stdin'
    forbidden+='|signal|sigaction|raise|setlocale|localeconv|strtod|atof|system|popen|fork'
    forbidden+='|strcpy|strcat|(__)?v?sprintf(_chk)?|gets|strtok|localtime|gmtime|strerror_l'
    run grep -E "^($forbidden)\$" names
    expect_out_empty
}

test_library_needs_sqlite_and_libcrypto_only() {
    run_shell "readelf -d '$shared' | sed -n 's/.*(NEEDED).*\\[\\(lib[a-z0-9-]*\\)\\..*/\\1/p' | sort"
    if [ -f "$libdir/libtenon-sqlite3.so" ]; then
        expect_out "$(printf 'libc\nlibcrypto\nlibtenon-sqlite3')"
    else
        expect_out "$(printf 'libc\nlibcrypto\nlibsqlite3')"
    fi
}

run_tests
