#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The PostgreSQL server that other tests use, and that nothing of it stays.
source "$(dirname "$0")/lib.sh"
source "$tn_here/pg.sh"

pgserver=$TENON_BUILD/tests/support/pgserver

# expect_gone PID FOLDER: soon there is neither.
expect_gone() {
    local i
    for ((i = 0; i < 3000; i++)); do
        [ -e "$2" ] || kill -0 "$1" 2>/dev/null || return 0
        sleep 0.01
    done
    fail "server $1 is there, or its folder $2"
}

test_databases_are_new_and_empty() {
    pg_start
    local url
    url=$(pg_database shop)
    pg_psql "$url" "CREATE TABLE t(a int)"
    expect_equal "$(pg_psql "$(pg_database other)" "SELECT to_regclass('t') IS NULL")" t
    url=$(pg_database shop)
    expect_equal "$(pg_psql "$url" "SELECT to_regclass('t') IS NULL")" t
    expect_equal "$(pg_psql "$PG_URL" "SELECT current_database()")" postgres
}

test_server_of_a_script_is_the_same_in_each_test() {
    expect_equal "$(pg_psql "$(pg_database again)" "SELECT 1")" 1
    pg_start
    expect_equal "$(pg_psql "$PG_URL" "SELECT count(*) FROM pg_database WHERE datname LIKE '%shop'")" 1
}

test_own_server_has_its_options_and_ends_with_the_test() {
    (
        pg_start_own --set work_mem=7MB --password "it's" --tcp
        expect_equal "$(pg_psql "$PG_URL" "SHOW work_mem")" 7MB
        expect_equal "$(pg_psql "$PG_TCP_URL" "SELECT 1")" 1
        echo "$PG_PID $PG_SOCKET" >facts
    )
    local pid folder
    read -r pid folder <facts
    expect_gone "$pid" "$folder"
}

test_server_ends_with_its_input() {
    mkfifo input
    "$pgserver" start <input >facts &
    exec {hold}>input
    while ! grep -q PG_SERVER facts; do sleep 0.01; done
    source ./facts
    expect_equal "$("$PG_BINDIR/psql" -XAt -d "$PG_URL" -c 'SELECT 1')" 1
    exec {hold}>&-
    wait $!
    expect_gone "$PG_PID" "$PG_SOCKET"
}

test_server_ends_with_a_killed_script() {
    write script.sh <<EOF
source "$tn_here/lib.sh"
source "$tn_here/pg.sh"
test_it() {
    pg_start
    echo "\$PG_PID \$PG_SOCKET \$BASHPID" >"$PWD/facts.new"
    mv "$PWD/facts.new" "$PWD/facts"
    while :; do sleep 0.1; done
}
run_tests
EOF
    TENON=$TENON TENON_SOURCE=$TENON_SOURCE TENON_BUILD=$TENON_BUILD TMPDIR=$PWD \
        bash script.sh >script.out 2>&1 &
    local script=$! pid folder tester
    while [ ! -f facts ] && kill -0 $script; do sleep 0.01; done
    read -r pid folder tester <facts
    kill -0 "$pid"
    kill -9 $script "$tester"
    expect_gone "$pid" "$folder"
}

test_wrong_options_are_usage_errors() {
    run "$pgserver" start --no-such
    expect_exit 2
    run "$pgserver" start --password
    expect_exit 2
    run "$pgserver"
    expect_exit 2
    run "$pgserver" start --tcp
    expect_exit 1
    expect_err_contains "wants a password"
    run "$pgserver" start --set nonsense=1
    expect_exit 1
    expect_err_contains 'unrecognized configuration parameter "nonsense"'
}

run_tests
