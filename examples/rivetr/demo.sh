#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What `make demo-rivetr` shows: a database that sqlx made, taken over, and a deployment from its first
# line to its end. Everything it makes is in build/demo/rivetr.
set -euo pipefail
example=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$example/../.." && pwd)
build=$top/build/demo
data=$build/rivetr
step() { printf '\n== %s\n' "$*"; }
run() {
    printf '$ %s\n' "$*"
    "$@" 2>&1
}

step "Build"
cmake -S "$top" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DTENON_TESTS=OFF >/dev/null
cmake --build "$build" --target tenon rivetr >"$build/log" || { cat "$build/log"; exit 1; }
rm -rf "$data" && mkdir -p "$data"
export PATH="$build/cli:$build/examples/rivetr:$PATH"
cd "$data"

step "The first start makes the database and applies the migrations that the program carries"
run rivetr debug migrations
run rivetr debug journal

step "An app in a project, deployed"
run rivetr project add shop
run rivetr app add web https://git.example/web.git main 8080 shop
run rivetr env set web MODE production
id=$(rivetr deploy add web abc123)
run rivetr deploy start "$id"
run rivetr deploy log "$id" info "building the image"
run rivetr deploy log "$id" error "port 8080 is taken"
run rivetr deploy fail "$id" "port 8080 is taken"
run rivetr logs "$id"

step "What one looks at when something is wrong"
run rivetr debug failed
run rivetr debug counts
run tenon --url sqlite:data/rivetr.db database info
run rivetr app delete web || echo "(exit code $?)"
