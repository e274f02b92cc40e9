# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# A PostgreSQL server for the tests of a script. After lib.sh:
#
#   source "$(dirname "$0")/pg.sh"
#
#   test_up_creates_tables() {
#       pg_start
#       url=$(pg_database shop)
#       run "$TENON" migrate up --url "$url"
#       expect_equal "$(pg_psql "$url" "SELECT count(*) FROM customer")" 0
#   }
#
# One server for all tests of a script, started by the first that asks, stopped at the end of the
# script, or with it if it is killed. A test that wants one to crash, or with other settings, starts a
# server of its own: `pg_start_own [OPTION…]`, with the options of pgserver; it ends with the test.
# Both set PG_URL, PG_SOCKET, PG_PORT, PG_PID, PG_BINDIR and PG_LOG, none of them exported.
#
# TENON_TEST_PG_URL and TENON_TEST_PG_BINDIR name a server that is there already (`make test` starts
# one); then pg_start takes that, and of those variables there are PG_URL and PG_BINDIR alone.

# Now: the environment of a test has none of these.
tn_pg_shared_url=${TENON_TEST_PG_URL:-}
tn_pg_shared_bindir=${TENON_TEST_PG_BINDIR:-}
tn_pg_named_bindir=${TENON_PG_BINDIR:-}
tn_pg_facts=$tn_scratch/pg.facts

# tn_pg_launch FACTS COMPANION [OPTION…]: a server for as long as the process COMPANION is there. What it
# has to say of itself goes to the file FACTS; it closes that when it is ready.
tn_pg_launch() {
    local facts=$1 companion=$2
    shift 2
    cat <(
        [ -z "$tn_pg_named_bindir" ] || export TENON_PG_BINDIR=$tn_pg_named_bindir
        exec "$TENON_BUILD/tests/support/pgserver" start --while "$companion" "$@" </dev/null
    ) >"$facts.new"
    [ -s "$facts.new" ] || fail "no PostgreSQL server"
    mv "$facts.new" "$facts"
}

# tn_pg_end FACTS: end the server whose facts these are, and wait for it.
tn_pg_end() {
    local PG_SERVER="" PG_SOCKET=""
    [ -f "$1" ] || return 0
    # shellcheck disable=SC1090
    source "$1"
    kill "$PG_SERVER" 2>/dev/null || return 0
    while [ -e "$PG_SOCKET" ] && kill -0 "$PG_SERVER" 2>/dev/null; do sleep 0.01; done
    rm -f "$1"
}

# pg_start: have the server of this script.
pg_start() {
    if [ -n "$tn_pg_shared_url" ] && [ -n "$tn_pg_shared_bindir" ]; then
        PG_URL=$tn_pg_shared_url PG_BINDIR=$tn_pg_shared_bindir
        return
    fi
    [ -f "$tn_pg_facts" ] || tn_pg_launch "$tn_pg_facts" $$
    # shellcheck disable=SC1090
    source "$tn_pg_facts"
}

# pg_start_own [OPTION…]: have a server that is this test's alone.
pg_start_own() {
    tn_pg_launch "$tn_scratch/pg.own" "$BASHPID" "$@"
    trap 'tn_pg_end "$tn_scratch/pg.own"' EXIT
    # shellcheck disable=SC1091
    source "$tn_scratch/pg.own"
}

# pg_psql URL SQL: what psql prints: values by themselves, '|' between columns, a line per row.
pg_psql() {
    [ -n "${PG_BINDIR:-}" ] || pg_start
    "$PG_BINDIR/psql" -XqAtw -v ON_ERROR_STOP=1 -d "$1" -c "$2"
}

# pg_database NAME: an empty database, new if it was there already; prints its URL. On a server that is
# shared the name gets this script's process number in front.
pg_database() {
    local name=$1
    [ -n "${PG_URL:-}" ] || pg_start
    [ "$PG_URL" != "$tn_pg_shared_url" ] || name=s$$_$1
    PGOPTIONS="-c client_min_messages=warning" \
        pg_psql "$PG_URL" "DROP DATABASE IF EXISTS \"$name\" WITH (FORCE)"
    pg_psql "$PG_URL" "CREATE DATABASE \"$name\""
    echo "${PG_URL/\/postgres\?//$name?}"
}

# What this script has made on a server that goes on.
tn_pg_leave_shared() {
    [ -n "$tn_pg_shared_url" ] && [ -n "$tn_pg_shared_bindir" ] || return 0
    "$tn_pg_shared_bindir/psql" -XqAtw -d "$tn_pg_shared_url" >/dev/null <<SQL || true
SELECT format('DROP DATABASE %I WITH (FORCE)', datname) FROM pg_database
WHERE datname LIKE 's$$\_%' \gexec
SQL
}

tn_pg_clean() {
    tn_pg_end "$tn_pg_facts"
    tn_pg_leave_shared
    chmod -R u+rwX "$tn_scratch" 2>/dev/null || true
    rm -rf "$tn_scratch"
}
trap tn_pg_clean EXIT
