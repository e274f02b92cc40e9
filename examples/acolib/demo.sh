#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What `make demo` shows: from nothing to a program with checked queries, on real rows. Everything
# it makes is in build/demo; the first command that fails ends it.
set -Eeuo pipefail
trap 'echo "the demo stopped here: exit code $?" >&2' ERR

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

# Show a command as it would be typed.
show() {
    local word line=''
    for word in "$@"; do
        case $word in
        '' | *[!A-Za-z0-9_./:=,+-]*) line+=" '$word'" ;;
        *) line+=" $word" ;;
        esac
    done
    printf '%s$%s%s\n' "$dim" "$line" "$plain"
}

run() {
    show "$@"
    "$@" 2>&1
}

# For a command that is to end with another exit code than 0.
run_to() {
    local want=$1 code=0
    shift
    run "$@" || code=$?
    printf '%s(exit code %s)%s\n' "$dim" "$code" "$plain"
    [ "$code" -eq "$want" ]
}

# Without its output, unless it fails.
quietly() {
    show "$@"
    "$@" >"$log" 2>&1 || {
        cat "$log"
        return 1
    }
}

began=$SECONDS
rm -rf "$data"
mkdir -p "$data"
cd "$example"
export PATH="$build/cli:$build/examples/acolib:$PATH"
export DATABASE_URL=sqlite:../../build/demo/data/orchestrator.db
out=../../build/demo

step "Build the program 'tenon'"
quietly cmake -S "$top" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DTENON_TESTS=OFF
quietly cmake --build "$build" --target tenon

step "Create the database"
run tenon migrate up
run tenon migrate status

step "Check the queries against the schema, write their C, build the program"
run tenon check
run tenon generate --out $out/data/gen
run grep -A 1 'int aco_task_fail' $out/data/gen/tasks.tenon.h
quietly cmake --build "$build" --target acolib

step "Load two months of an orchestrator"
run acolib load sample/orchestrator.tsv
run acolib summary

step "The life of a task: each step starts from one state, and no other"
run acolib task create 'Run the tests of tenon' --id run-tests --type script
run_to 1 acolib task complete run-tests
run acolib task start run-tests
run acolib exec start run-tests run_command '{"command":"make test"}' --id make-test
run acolib exec finish make-test --output '{"exit":0}'
run acolib task complete run-tests
run acolib task show run-tests
run acolib exec log --task run-tests
run_to 7 acolib task delete run-tests

step "A workflow with its tasks in sequence"
run acolib workflow create 'release tenon' --id release
run acolib workflow add release run-tests
run acolib workflow activate release
run acolib workflow show release

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
run acolib plan workflow_with_tasks

step "Revert one migration, and apply it again"
run tenon migrate down
run_to 1 tenon migrate status --exit-code
run tenon migrate up

printf '\n%sDone in %s s. The database is build/demo/data/orchestrator.db%s\n' "$bold" \
    $((SECONDS - began)) "$plain"
