#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What `make demo-ait42` shows: six weeks of agents' sessions in three workspaces, searched; a session from
# its beginning to its end; what is refused, and how. Everything it makes is in build/demo/ait42.
set -Eeuo pipefail
trap 'echo "the demo stopped here: exit code $?" >&2' ERR
example=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$example/../.." && pwd)
build=$top/build/demo
data=$build/ait42
step() { printf '\n== %s\n' "$*"; }
# Show a command as it would be typed, and run it.
run() {
    local word line=''
    for word in "$@"; do
        case $word in
        '' | *[!A-Za-z0-9_./:=,+-]*) line+=" '$word'" ;;
        *) line+=" ${word#"$top"/}" ;;
        esac
    done
    printf '$%s\n' "$line"
    "$@" 2>&1
}
# For a command that is to end with another exit code than 0.
run_to() {
    local want=$1 code=0
    shift
    run "$@" || code=$?
    printf '(exit code %s)\n' "$code"
    [ "$code" -eq "$want" ]
}

step "Build"
cmake -S "$top" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DTENON_TESTS=OFF >/dev/null
cmake --build "$build" --target tenon ait42 >"$build/log" || { cat "$build/log"; exit 1; }
rm -rf "$data" && mkdir -p "$data"/{shop,ledger,docs}
export PATH="$build/cli:$build/examples/ait42:$PATH" DATABASE_URL=sqlite:sessions.db

step "The committed code is what the queries make, and the queries are free of lints; no database is asked"
run tenon -C "$example" generate --check
run tenon -C "$example" check
cd "$data"

step "The first start makes the database; a file of sessions is loaded in one transaction"
run ait42 load "$example/sample/sessions.tsv"
run ait42 status
run ait42 stats
run ait42 workspace list

step "Search: any filters together, in any order"
run ait42 session search '100%' --workspace shop
run ait42 session search --type competition --status completed --model opus --since 2025-02-01 --sort task --limit 5
run ait42 session waiting running paused

step "A session from its beginning to its end"
run ait42 session create 'Fix the login' --workspace shop --runtimes claude,codex,gemini --id login
run ait42 message add login user 'Write the test first.' --id m1
run ait42 instance update login 1 --status completed --files 3 --added 40 --deleted 7 --ended now
run ait42 session complete login --winner 1
run ait42 session show login

step "What is refused changes nothing"
run_to 4 ait42 session create 'Twice the same' --workspace shop --runtimes claude,claude
run_to 1 ait42 session winner login 9
run_to 1 ait42 session show logout
run_to 3 ait42 --db "$data" status

step "The database, seen from outside"
run tenon --migrations "$example/migrations" migrate status
run tenon sql "SELECT workspace_path, count(*) AS sessions, sum(instance_count) AS instances FROM session_complete GROUP BY workspace_id"
