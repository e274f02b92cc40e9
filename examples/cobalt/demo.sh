#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What `make demo-cobalt` shows: users, their tokens and the verification of their addresses on PostgreSQL; what
# the checker says of a column that may be NULL; and what happens when several want the same at the same moment.
# On a private server, which ends with this script, or else on DATABASE_URL: a database that is made if it is
# not there, and left without tables. Everything else that it makes is in build/demo/cobalt.
set -Eeuo pipefail
trap 'echo "the demo stopped here: exit code $?" >&2' ERR
example=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$example/../.." && pwd)
build=$top/build/demo
data=$build/cobalt
step() { printf '\n== %s\n' "$*"; }
# Show a command as it would be typed.
show() {
    local word line=''
    for word in "$@"; do
        case $word in
        '' | *[!A-Za-z0-9_./:=,@+-]*) line+=" '$word'" ;;
        *) line+=" ${word#"$top"/}" ;;
        esac
    done
    printf '$%s\n' "$line"
}
run() {
    show "$@"
    "$@" 2>&1 </dev/null
}
# For a command that is to end with another exit code than 0.
run_to() {
    local want=$1 code=0
    shift
    run "$@" || code=$?
    printf '(exit code %s)\n' "$code"
    [ "$code" -eq "$want" ]
}
# For one that reads a password.
run_with() {
    local password=$1 code=0
    shift
    show "$@"
    "$@" <<<"$password" 2>&1 || code=$?
    return $code
}

step "Build"
cmake -S "$top" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DTENON_TESTS=OFF >/dev/null
cmake --build "$build" --target tenon cobalt pgserver >"$build/log" || { cat "$build/log"; exit 1; }
rm -rf "$data" && mkdir -p "$data"
cp -R "$example"/{migrations,queries,src,tenon.ini} "$data"
export PATH="$build/cli:$build/examples/cobalt:$PATH"
cd "$data"

is_private=
if [ -z "${DATABASE_URL:-}" ]; then
    is_private=1
    step "A private server: it ends with this script"
    # shellcheck disable=SC1090
    source <(exec "$build/tests/support/pgserver" start --while $$ --set deadlock_timeout=100ms </dev/null)
    export DATABASE_URL=${PG_URL/\/postgres\?//cobalt_dev?}
else
    step "The server of DATABASE_URL"
fi
tenon migrate status >/dev/null 2>&1 || run tenon database create
run tenon migrate status
tenon migrate status 2>&1 | grep -q '^0 applied' || {
    echo "the demo wants a database without its tables: name another one in DATABASE_URL" >&2
    echo "('tenon migrate reset' would remove them here, with all that is in them)" >&2
    exit 1
}

# What the checker says of each column that comes from email_verified, and how often.
say_verified() {
    # shellcheck disable=SC2016
    echo '$ tenon check -q --json | … | sort | uniq -c'
    tenon check -q --json | tr '{' '\n' | grep '"origin":"email_verified"' | cut -d, -f 1-3 | sort | uniq -c
}
step "The schema without its last migration: email_verified may be NULL, but where it has just been written"
mkdir later && mv migrations/*_email_verified_not_null.* later
say_verified
step "… and with it"
mv later/* migrations && rmdir later
say_verified

step "The migrations: there, two back, all again"
run tenon migrate up
run tenon migrate down -n 2
run tenon migrate up
run tenon schema show users

step "Three users; their addresses are verified by what is sent there"
run_with 'difference engine' cobalt user create ada ada@example.com --role admin
created=$(run_with 'flow-matic' cobalt user create grace grace@example.com)
echo "$created"
run_with 'ballistics' cobalt user create kay kay@example.com
run cobalt user verify "$(sed -n 's/.*cobalt user verify //p' <<<"$created")"
run cobalt user list --sort username

step "What is taken is told by the field, and a change by an old version is refused"
code=0
run_with x cobalt user create ada other@example.com || code=$?
printf '(exit code %s)\n' "$code"
run_to 4 cobalt user email kay grace@example.com
seen=$(cobalt user show kay | sed -n 's/^updated *//p')
run cobalt user email kay kay@example.org --seen "$seen"
run_to 4 cobalt user email kay kay@example.net --seen "$seen"

step "A token is exchanged once; a second time takes the whole family"
first=$(cobalt login ada <<<'difference engine')
second=$(cobalt token rotate "$first")
third=$(cobalt token rotate "$second")
run cobalt token list ada
run_to 4 cobalt token rotate "$first"
run_to 4 cobalt token rotate "$third"
run cobalt token list ada

step "Somebody stays who may do everything"
run_to 4 cobalt user disable ada
run cobalt user hand-over ada grace
run cobalt user disable ada
run cobalt user delete kay
run cobalt user list --all

step "Several at the same moment: threads, on empty tables"
run tenon migrate refresh --yes
run cobalt contention
[ -n "$is_private" ] || run tenon migrate down --all
