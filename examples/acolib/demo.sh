#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What `make demo` shows: from nothing to a program with checked queries, on real rows. Everything
# it makes is in build/demo; the first command that fails ends it.
set -euo pipefail

example=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$example/../.." && pwd)
build=$top/build/demo
data=$build/data
log=$build/log
bold='' dim='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
    bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'
fi

step() { printf '\n%s== %s%s\n' "$bold" "$*" "$plain"; }
show() { printf '%s$ %s%s\n' "$dim" "$*" "$plain"; }

# Show a command and run it.
run() {
    show "$*"
    "$@" 2>&1
}

# The same for one that is to end with another exit code than 0.
run_to() {
    local want=$1 code=0
    shift
    run "$@" || code=$?
    printf '%s(exit code %s)%s\n' "$dim" "$code" "$plain"
    [ "$code" -eq "$want" ]
}

# The same without its output, unless it fails.
quietly() {
    show "$*"
    "$@" >"$log" 2>&1 || {
        cat "$log"
        return 1
    }
}

began=$SECONDS
rm -rf "$data"
mkdir -p "$data"
export PATH="$build/cli:$build/examples/acolib:$PATH"
export DATABASE_URL=sqlite:$data/orchestrator.db
unset ACOLIB_DB

step "Build the program 'tenon'"
cd "$top"
quietly cmake -S . -B build/demo -G Ninja -DCMAKE_BUILD_TYPE=Release -DTENON_TESTS=OFF
quietly cmake --build build/demo --target tenon
cd "$example"

step "Create the database"
run_to 3 tenon migrate status
run tenon migrate up

step "Check the queries against the schema, and write their C"
run tenon check
run tenon generate
quietly cmake --build "$build" --target acolib

step "Load two months of an orchestrator"
run acolib load sample/orchestrator.tsv
run acolib summary

step "The life of a task"
task=$(acolib task create 'Run the tests of tenon' --type script --workspace /srv/work/tenon \
    --config '{"command":"make test"}')
show "acolib task create 'Run the tests of tenon' --type script --workspace /srv/work/tenon"
echo "$task"
run_to 1 acolib task complete "$task"
run acolib task start "$task"
execution=$(acolib exec start "$task" run_command '{"command":"make test"}')
show "acolib exec start $task run_command '{\"command\":\"make test\"}'"
echo "$execution"
run acolib exec finish "$execution" --output '{"exit":0}'
run acolib task complete "$task"
run acolib task show "$task"
run acolib exec log --task "$task"
run_to 7 acolib task delete "$task"

step "A workflow with its tasks in sequence"
workflow=$(acolib workflow create 'release tenon')
show "acolib workflow create 'release tenon'"
echo "$workflow"
run acolib workflow add "$workflow" "$task"
run acolib workflow activate "$workflow"
run acolib workflow show "$workflow"

step "Sessions fall silent, tools hang"
run acolib session open desk-7 --user ada
run acolib session expire
run acolib exec timeout
run acolib session list --active

step "Typed settings, with secrets"
run acolib config set session.silence_s 120
run_to 2 acolib config set session.silence_s soon
run acolib config list --secrets

step "Status, and the plan of a query"
run acolib status
run acolib plan task_list_by_status

step "Revert one migration, and apply it again"
run tenon migrate down
run tenon migrate status
run tenon migrate up

printf '\n%sDone in %s s. The database is %s%s\n' "$bold" $((SECONDS - began)) \
    "${data#"$top"/}/orchestrator.db" "$plain"
