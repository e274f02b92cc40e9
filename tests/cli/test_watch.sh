#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# tenon generate --watch: what makes it run again, what it says, and how it ends.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"

project() {
    echo 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);' | write migrations/0001_t.sql
    printf -- '-- name: t_all :many\nSELECT id FROM t;\n' | write queries/t.sql
    printf '[generate]\nprefix = app\n[queries]\nsource = queries/**/*.sql\n' >tenon.ini
}

# until_true 'LINE OF SHELL' WHAT: wait for it, ten seconds at most.
until_true() {
    local i
    for i in $(seq 200); do
        if eval "$1"; then
            return
        fi
        sleep 0.05
    done
    fail "in vain: ${2:-$1}"
}

# watching [FLAG…]: begin, and wait for the first run. $pid is set.
watching() {
    # What a shell runs in the background begins with SIGINT ignored.
    env --default-signal=INT "$TENON" generate --watch "$@" >"$out" 2>"$err" &
    pid=$!
    trap 'kill $pid 2>/dev/null || true' EXIT
    until_true "[ -f gen/t.tenon.c ] && grep -q watching '$err'" "the first run"
}

# end [SIGNAL]: and it ends with 0.
end() {
    kill "-${1:-TERM}" $pid
    until_true "! kill -0 $pid 2>/dev/null" "its end"
    status=0
    wait $pid || status=$?
    expect_exit 0
}

generated() { grep -qF -- "$1" gen/*.h 2>/dev/null; }

test_changed_new_and_replaced_files_are_seen() {
    project
    watching
    printf -- '-- name: t_some :many\nSELECT a FROM t WHERE id > :id;\n' >>queries/t.sql
    until_true 'generated app_t_some' "a changed file"
    printf -- '-- name: t_new :many\nSELECT a FROM t;\n' >queries/new.sql
    until_true 'generated app_t_new' "a new file"
    printf -- '-- name: t_moved :many\nSELECT a FROM t;\n' >edited
    mv edited queries/new.sql
    until_true 'generated app_t_moved' "a file that was replaced"
    printf -- '-- name: t_deep :many\nSELECT a FROM t;\n' | write queries/more/deep.sql
    until_true 'generated app_t_deep' "a new folder"
    rm -r queries/more
    until_true '! generated app_t_deep' "a file that is gone"
    end
    expect_out_empty
    expect_equal "$(grep -c watching "$err")" 1
}

test_migrations_and_settings_are_read_anew() {
    project
    watching
    echo 'ALTER TABLE t ADD COLUMN b TEXT;' >migrations/0002_b.sql
    until_true "grep -q 'tn_text b;' gen/app_tables.h || grep -q '2 written\|1 written' '$err'" "a migration"
    printf -- '-- name: t_b :many\nSELECT b FROM t;\n' >queries/b.sql
    until_true 'generated app_t_b' "a query on the new column"
    sed -i 's/prefix = app/prefix = zoo/' tenon.ini
    until_true 'generated zoo_t_b' "the settings"
    mkdir other
    printf -- '-- name: t_other :many\nSELECT a FROM t;\n' >other/o.sql
    printf '[generate]\nprefix = zoo\n[queries]\nsource = other/*.sql\n' >tenon.ini
    until_true 'generated zoo_t_other' "another source"
    printf -- '-- name: t_last :many\nSELECT a FROM t;\n' >>other/o.sql
    until_true 'generated zoo_t_last' "the new source's files"
    end INT
}

test_errors_leave_the_files_and_it_goes_on() {
    project
    watching
    local before
    before=$(cat gen/*)
    printf -- '-- name: t_bad :many\nSELECT nope FROM t;\n' >queries/bad.sql
    until_true "grep -q \"no column 'nope'\" '$err'" "the error"
    expect_err_contains 'queries/bad.sql:2:8'
    expect_equal "$(cat gen/*)" "$before"
    echo '[generate' >tenon.ini
    until_true "grep -q settings-syntax '$err'" "the error in the settings"
    printf '[generate]\nprefix = app\n' >tenon.ini
    printf -- '-- name: t_good :many\nSELECT a FROM t;\n' >queries/bad.sql
    until_true 'generated app_t_good' "the cure"
    mv migrations away
    until_true "grep -q unreadable '$err'" "the missing folder"
    expect_file gen/bad.tenon.c
    mv away migrations
    printf -- '-- name: t_late :many\nSELECT a FROM t;\n' >queries/bad.sql
    until_true 'generated app_t_late' "the folder that is back"
    end
}

test_what_is_none_of_its_inputs_is_left_alone() {
    project
    watching
    local runs i
    runs=$(grep -c queries "$err" || true)
    for i in 1 2 3 4 5; do
        echo "$i" >app.db
        echo "$i" >queries/notes.txt
        sleep 0.1
    done
    sleep 0.5
    expect_equal "$(grep -c queries "$err" || true)" "$runs" "runs"
    # Nor does it keep the machine busy: its time is that of the first run.
    local ticks
    ticks=$(cut -d ' ' -f 14,15 /proc/$pid/stat | tr ' ' '+')
    [ $((ticks)) -lt 100 ] || fail "it took $((ticks)) ticks"
    end
}

test_json_is_a_line_for_each_run() {
    project
    watching --json
    printf -- '-- name: t_more :many\nSELECT a FROM t;\n' >>queries/t.sql
    until_true "[ \$(wc -l <'$out') -eq 2 ]" "the second line"
    end
    sed -i 1d "$out"
    expect_json
}

test_reader_that_goes_away_ends_it() {
    project
    mkfifo lines
    "$TENON" -q generate --watch --json >lines 2>"$err" &
    pid=$!
    head -n 1 lines >first
    printf -- '-- name: t_more :many\nSELECT a FROM t;\n' >>queries/t.sql
    until_true "! kill -0 $pid 2>/dev/null" "its end"
    expect_file_contains first '"v":1'
}

test_senseless_combinations_are_usage_errors() {
    project
    run "$TENON" generate --watch --check
    expect_exit 2
    run "$TENON" generate --watch --depfile x.d
    expect_exit 2
    expect_no_file gen
}

# least_open_files: a run that is not at its end has a file open for a moment.
least_open_files() {
    local i count least=1000
    for i in $(seq 20); do
        count=$(find /proc/$pid/fd -type l | wc -l)
        [ "$count" -ge "$least" ] || least=$count
        sleep 0.05
    done
    echo "$least"
}

test_many_runs_keep_nothing() {
    project
    watching
    local i first
    for i in $(seq 12); do
        printf -- '-- name: t_%s :many\nSELECT a FROM t;\n' "$i" >queries/more.sql
        until_true "generated app_t_$i" "run $i"
        [ "$i" -ne 2 ] || first=$(least_open_files)
    done
    expect_equal "$(least_open_files)" "$first" "open files"
    end
}

run_tests
