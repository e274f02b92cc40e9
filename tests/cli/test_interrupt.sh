#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Signals while migrations run: what runs is rolled back, what is done stays, and a rerun gets there.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"
# shellcheck source=migrating.sh
source "$(dirname "$0")/migrating.sh"

slow_pairs() {
    local i
    export_url
    for i in 1 2 3 4; do
        printf 'CREATE TABLE t%s (x);\nINSERT INTO t%s WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT %s) SELECT n FROM c;\n' \
            "$i" "$i" 400000 | write "migrations/000$i""_t$i.sql"
    done
}

test_term_stops_at_a_safe_point_and_up_goes_on() {
    local wait_for pid done_ones
    slow_pairs
    for wait_for in 0.02 0.1 0.3 0.6; do
        rm -f app.db app.db-*
        "$TENON" migrate up >"$out" 2>"$err" &
        pid=$!
        sleep "$wait_for"
        kill -TERM $pid 2>/dev/null || true
        status=0
        wait $pid || status=$?
        [ "$status" -eq 143 ] || [ "$status" -eq 0 ] || fail "ended with $status"
        [ -f app.db ] || continue
        done_ones=$(sql app.db "SELECT count(*) FROM sqlite_schema WHERE name LIKE 't_'")
        if [ "$(sql app.db "SELECT count(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'")" = 1 ]; then
            expect_equal "$(sql app.db 'SELECT count(*) FROM _sqlx_migrations')" "$done_ones"
        else
            expect_equal "$done_ones" 0
        fi
        if [ "$status" -eq 143 ] && [ -s "$err" ] && grep -q Interrupted "$err"; then
            expect_err_contains "next: tenon migrate up"
        fi
        run "$TENON" migrate up
        expect_exit 0
        expect_equal "$(versions)" "1 2 3 4"
        expect_equal "$(sql app.db 'PRAGMA integrity_check')" ok
    done
}

test_ignored_signal_stays_ignored() {
    slow_pairs
    run bash -c "trap '' TERM; '$TENON' migrate up & pid=\$!; sleep 0.1; kill -TERM \$pid; wait \$pid"
    expect_exit 0
    expect_equal "$(versions)" "1 2 3 4"
}

run_tests
