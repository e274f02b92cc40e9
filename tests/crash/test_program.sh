#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The program is killed as a user, or the system, kills it: at each call that changes a file or a
# folder (before it, after it, in the middle of a write). Then each file is the old one or the new one,
# and the same command comes to where it would have come.
# A temporary file (.tenon-…) may stay behind: nobody reads it.
# CRASH_EVERY=N: every Nth call only (default 4).
source "$(dirname "$0")/../cli/lib.sh"
: "${CRASH_KILLER:=$TENON_BUILD/tests/killer.so}"
: "${CRASH_EVERY:=4}"
# No "ldd | grep -q": with pipefail it is false when grep ends before ldd has written the rest.
if [[ $(ldd "$TENON") == *lib[at]san* ]]; then
    echo "a sanitizer's program takes no other library in front of it: skipped"
    exit 0
fi
if [ -w /dev/shm ]; then
    rm -rf "$tn_scratch"
    tn_scratch=$(mktemp -d /dev/shm/tenon-crash.XXXXXX)
    out=$tn_scratch/out err=$tn_scratch/err
fi

project() {
    unset DATABASE_URL
    printf '[database]\nurl = sqlite:app.db\n[generate]\nprefix = app\n' | write tenon.ini
    printf 'CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n' | write migrations/1_t.up.sql
    printf 'DROP TABLE t;\n' | write migrations/1_t.down.sql
    printf -- '-- name: t_all :many\nSELECT id, name FROM t;\n' | write queries/t.sql
}

# Whatever the file, it is that of `old` or that of `new`, or a temporary one.
each_file_is_whole() { # NAME-PATTERN…
    local file
    while read -r file; do
        cmp -s "$file" "../old/$file" || cmp -s "$file" "../new/$file" ||
            fail "'$file' is neither old nor new, killed $when call $at"
    done < <(find . -type f \( "$@" \) | sort)
}

# points COMMAND…: run it in copies of `old`, killed at each call; check; run it again; check_end.
points() {
    local total at when struck=0
    rm -rf new && cp -a old new
    (cd new && KILLER_AT=0 KILLER_COUNT=$tn_scratch/count LD_PRELOAD=$CRASH_KILLER "$@" >/dev/null) ||
        fail "fails without being killed: $*"
    total=$(cat "$tn_scratch/count")
    [ "$total" -gt 2 ] || fail "only $total calls to be killed at"
    for when in before after torn; do
        for ((at = 1; at <= total; at += CRASH_EVERY)); do
            rm -rf run && cp -a old run
            cd run
            # In a shell of its own, which does not say "Killed".
            run_shell "KILLER_WHEN=$when KILLER_AT=$at LD_PRELOAD=$CRASH_KILLER $* 2>/dev/null; exit \$?"
            [ "$status" -eq 137 ] || fail "was not killed $when call $at of $total"
            struck=$((struck + 1))
            check
            run "$@"
            [ "$status" -eq 0 ] || fail "does not go on after being killed $when call $at"
            check_end
            cd ..
        done
    done
    echo "$struck points, 0 mixed: ${*##*/}"
}

database_of() {
    sql "$1" "SELECT sql FROM sqlite_schema WHERE name NOT LIKE '\_%' ESCAPE '\\'"
    sql "$1" "SELECT version, success, hex(checksum) FROM _sqlx_migrations" 2>/dev/null || true
}

check_database() {
    [ -e app.db ] || return 0
    expect_equal "$(sql app.db 'PRAGMA integrity_check')" ok
    local state
    state=$(database_of app.db)
    [ "$state" = "$(database_of ../old/app.db)" ] || [ "$state" = "$(database_of ../new/app.db)" ] ||
        [ "$state" = "$(database_of ../mid/app.db 2>/dev/null)" ] || fail "mixed, killed $when call $at: $state"
}

test_migrate_up_is_killed_anywhere() {
    mkdir old && (cd old && project && "$TENON" database create >/dev/null 2>&1 || sql app.db 'PRAGMA journal_mode=wal' >/dev/null)
    check() { check_database; }
    check_end() { expect_equal "$(database_of app.db)" "$(database_of ../new/app.db)"; }
    points "$TENON" migrate up
}

test_migrate_down_is_killed_anywhere() {
    mkdir old && (cd old && project && "$TENON" migrate up >/dev/null)
    check() { check_database; }
    # Once more would revert nothing: it ends in the same state either way.
    check_end() { expect_equal "$(database_of app.db)" "$(database_of ../new/app.db)"; }
    points "$TENON" migrate down --to 0
}

test_generate_is_killed_anywhere() {
    mkdir old && (cd old && project && "$TENON" generate >/dev/null &&
        printf -- '-- name: t_all :many\nSELECT name, id FROM t;\n\n-- name: t_one :one\nSELECT * FROM t WHERE id = :id;\n' >queries/t.sql &&
        printf -- '-- name: u :exec\nDELETE FROM t;\n' >queries/u.sql)
    check() { each_file_is_whole -name '*.tenon.?' -o -name '*tables.h'; }
    check_end() { diff -r -x '.tenon-*' . ../new >/dev/null || fail "another end, killed $when call $at: $(diff -rq -x '.tenon-*' . ../new)"; }
    points "$TENON" generate
}

test_embed_is_killed_anywhere() {
    mkdir old && (cd old && project && "$TENON" migrate embed -o m.c >/dev/null &&
        printf 'CREATE TABLE u (x);\n' >migrations/2_u.sql)
    check() { each_file_is_whole -name 'm.?'; }
    check_end() { diff -r -x '.tenon-*' . ../new >/dev/null || fail "another end, killed $when call $at: $(diff -rq -x '.tenon-*' . ../new)"; }
    points "$TENON" migrate embed -o m.c
}

run_tests
