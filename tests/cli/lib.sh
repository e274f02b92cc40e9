#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Harness of the command-line tests. A test file is bash:
#
#   source "$(dirname "$0")/lib.sh"
#
#   test_up_without_folder_is_usage_error() {
#       run "$TENON" migrate up
#       expect_exit 2
#       expect_err_contains "no folder"
#   }
#
#   run_tests
#
# Each function test_* runs in a subshell of its own, in an empty scratch folder, with a clean
# environment (no DATABASE_URL, no TENON_*). The first failed expectation ends that test only.
# `run_tests NAME…` after the script's own arguments, or `bash test_x.sh NAME…`, runs those alone.
#
# From the environment: TENON (the program), TENON_SOURCE and TENON_BUILD (folders).
# After `run`: $status, and the files $out and $err with what the command printed.
set -euo pipefail

tn_here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
: "${TENON_SOURCE:=$(cd "$tn_here/../.." && pwd)}"
: "${TENON_BUILD:=$TENON_SOURCE/build/dev}"
: "${TENON:=$TENON_BUILD/cli/tenon}"
[ -x "$TENON" ] || {
    echo "no program at '$TENON': set TENON" >&2
    exit 2
}
tn_only=("$@")
tn_scratch=$(mktemp -d "${TMPDIR:-/tmp}/tenon-test.XXXXXX")
trap 'chmod -R u+rwX "$tn_scratch" 2>/dev/null; rm -rf "$tn_scratch"' EXIT
out=$tn_scratch/out
err=$tn_scratch/err
status=0

# run CMD…: run it with an empty stdin, keep its exit code and output. Never fails by itself.
run() {
    tn_command="$*"
    status=0
    "$@" >"$out" 2>"$err" </dev/null || status=$?
}

# run_shell 'LINE': the same for a line of shell (pipes, redirections).
run_shell() {
    run bash -o pipefail -c "$1"
}

# fail MESSAGE: end this test, showing the last command and what it printed.
fail() {
    {
        echo "  $*"
        echo "  command: ${tn_command:-none}"
        echo "  exit code: $status"
        sed 's/^/  stdout| /' "$out" 2>/dev/null || true
        sed 's/^/  stderr| /' "$err" 2>/dev/null || true
    } >&2
    exit 1
}

# skip REASON: end this test without a verdict.
skip() {
    echo "$*" >"$tn_scratch/skipped"
    exit 0
}

expect_exit() { [ "$status" -eq "$1" ] || fail "expected exit code $1"; }
expect_out_contains() { grep -qF -- "$1" "$out" || fail "stdout lacks: $1"; }
expect_err_contains() { grep -qF -- "$1" "$err" || fail "stderr lacks: $1"; }
expect_out_lacks() { ! grep -qF -- "$1" "$out" || fail "stdout has: $1"; }
expect_err_lacks() { ! grep -qF -- "$1" "$err" || fail "stderr has: $1"; }
expect_out_matches() { grep -qE -- "$1" "$out" || fail "stdout has no match for: $1"; }
expect_err_matches() { grep -qE -- "$1" "$err" || fail "stderr has no match for: $1"; }
expect_out_empty() { [ ! -s "$out" ] || fail "expected nothing on stdout"; }
expect_err_empty() { [ ! -s "$err" ] || fail "expected nothing on stderr"; }

# expect_out TEXT: the whole of stdout (a last line feed aside).
expect_out() {
    [ "$(cat "$out")" = "$1" ] || fail "expected stdout: $1"
}

# expect_out_file FILE: stdout is byte for byte that file.
expect_out_file() {
    diff -u "$1" "$out" >"$tn_scratch/diff" || {
        sed 's/^/  /' "$tn_scratch/diff" >&2
        fail "stdout differs from $1"
    }
}

# expect_equal GOT WANTED [WHAT]
expect_equal() { [ "$1" = "$2" ] || fail "${3:-value}: got '$1', wanted '$2'"; }
expect_file() { [ -f "$1" ] || fail "no file '$1'"; }
expect_no_file() { [ ! -e "$1" ] || fail "there is a '$1'"; }
expect_file_contains() { grep -qF -- "$2" "$1" || fail "'$1' lacks: $2"; }

# expect_json: stdout is well-formed JSON (by SQLite's reader).
expect_json() {
    [ "$(sqlite3 :memory: "SELECT json_valid(CAST(readfile('$out') AS TEXT))")" = 1 ] ||
        fail "stdout is not JSON"
}

# expect_json_value PATH WANTED: as expect_json_value '$.pending' 3
expect_json_value() {
    expect_json
    local got
    got=$(sqlite3 :memory: "SELECT json_extract(CAST(readfile('$out') AS TEXT), '$1')")
    [ "$got" = "$2" ] || fail "json $1: got '$got', wanted '$2'"
}

# sql FILE STATEMENT: ask the sqlite3 shell, without the user's own settings.
sql() { sqlite3 -batch -init /dev/null "$1" "$2"; }

# write PATH: a file from stdin, with the folders it needs.
write() {
    mkdir -p "$(dirname "$1")"
    cat >"$1"
}

# not_root: skip where file permissions do not hold.
not_root() { [ "$(id -u)" -ne 0 ] || skip "needs a user other than root"; }

tn_clean_environment() {
    local name
    for name in $(compgen -e); do
        case $name in
        TENON | TENON_SOURCE | TENON_BUILD) export -n "${name?}" ;;
        DATABASE_URL | TENON* | POSTGRES_* | PG* | NO_COLOR | CLICOLOR* | FORCE_COLOR | COLUMNS | \
            MAKEFLAGS | MFLAGS | MAKELEVEL | MAKEOVERRIDES)
            unset "$name"
            ;;
        esac
    done
    export LC_ALL=C.UTF-8 TERM=dumb HOME="$tn_scratch/home"
}

# run_tests [NAME…]: run every test_* function (or those named); says how it went and ends.
run_tests() {
    local tests=("$@") passed=0 failed=0 skipped=0 name
    [ ${#tn_only[@]} -eq 0 ] || tests=("${tn_only[@]}")
    [ ${#tests[@]} -gt 0 ] || mapfile -t tests < <(compgen -A function test_)
    for name in "${tests[@]}"; do
        rm -rf "$tn_scratch/work" "$tn_scratch/skipped"
        mkdir -p "$tn_scratch/work" "$tn_scratch/home"
        : >"$out"
        : >"$err"
        local code=0
        # Not in a condition: there `set -e` would be off inside the test.
        set +e
        (
            set -e
            cd "$tn_scratch/work"
            tn_clean_environment
            "$name"
        )
        code=$?
        set -e
        if [ -e "$tn_scratch/skipped" ]; then
            skipped=$((skipped + 1))
            echo "skip $name: $(cat "$tn_scratch/skipped")"
        elif [ $code -eq 0 ]; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
            echo "FAIL $name" >&2
        fi
        chmod -R u+rwX "$tn_scratch/work"
    done
    [ $skipped -eq 0 ] || echo "$skipped skipped"
    echo "$passed passed, $failed failed"
    [ $failed -eq 0 ] || exit 1
    exit 0
}
