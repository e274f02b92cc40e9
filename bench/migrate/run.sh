#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# `tenon migrate up` of 1,000 files against the sqlite3 shell with the same statements in the same
# transactions, and `tenon migrate status` on them against a bare C program. Whole processes.
# shellcheck source-path=SCRIPTDIR source=../lib.sh
source "$(dirname "$0")/../lib.sh"

# compare WORKLOAD PREPARE -- TENON… -- PEER…
compare() {
    local side round wall cpu _ name=$1
    say "bench/migrate: $name"
    "${pin[@]}" "$BENCH_BIN/bench_runner" "$BENCH_ROUNDS" "${@:2}" >"$scratch/times"
    while read -r side round wall cpu _; do
        [ "$side" = a ] && side=tenon || side=peer
        sample migrate "$name" wall "$side" "$round" "$wall"
        sample migrate "$name" cpu "$side" "$round" "$cpu"
    done <"$scratch/times"
}

# No settings from where this is run.
cd "$scratch"
unset DATABASE_URL

for shape in grown tables; do
    folder=$scratch/$shape
    script=$scratch/$shape.sql
    db=$scratch/$shape.db
    "$here/make_folder.sh" "$folder" 1000 "$shape"
    "$here/make_script.sh" "$folder" >"$script"

    compare "up_$shape" "rm -f '$db' '$db'-wal '$db'-shm" \
        -- "$BENCH_TENON" migrate up --url "sqlite:$db?mode=rwc" --migrations "$folder" \
        -- sqlite3 -batch -bail "$db" ".read $script"

    # The last run was the shell's: Tenon must read its history as its own.
    "$BENCH_TENON" migrate status --exit-code --url "sqlite:$db" --migrations "$folder" >/dev/null

    compare "status_$shape" true \
        -- "$BENCH_TENON" migrate status --url "sqlite:$db" --migrations "$folder" \
        -- "$BENCH_BIN/bench_status_bare" "$db" "$folder"
done
