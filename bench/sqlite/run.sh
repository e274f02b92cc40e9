#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Generated code against hand-written C, on SQLite: instructions under callgrind, and time.
# shellcheck source-path=SCRIPTDIR source=../lib.sh
source "$(dirname "$0")/../lib.sh"

# Workload, operations of a timed run (some 100 ms), operations under callgrind.
workloads=(
    "point 50000 2000"
    "range 4000 60"
    "range_all 4000 60"
    "scan 5 1"
    "insert 10000 1000"
    "insert_tx 100000 2000"
    "update 10000 1000"
    "point_part 50000 2000"
    "bulk 100000 100000"
)

base=$scratch/base.db
{
    echo 'PRAGMA journal_mode = WAL;'
    cat "$here"/migrations/*.sql "$here/fill.sql"
} | sqlite3 -batch -bail "$base" >/dev/null

# run_one SIDE WORKLOAD COUNT [WRAPPER…]: on a fresh copy; its line of numbers is in $line.
run_one() {
    local program=$BENCH_BIN/bench_hand db=$scratch/run.db
    [ "$1" = tenon ] && program=$BENCH_BIN/bench_tenon
    rm -f "$db" "$db"-wal "$db"-shm
    cp "$base" "$db"
    line=$("${@:4}" "$program" "$2" "$3" "$db" 2>"$scratch/err") || {
        cat "$scratch/err" >&2
        exit 1
    }
}

same_sum() {
    if [ "$1" != "$2" ]; then
        say "bench/sqlite: the sides disagree on '$3': sums $1 and $2"
        exit 1
    fi
}

instructions() {
    local name=$1 count=$2 side sums=()
    for side in tenon peer; do
        run_one "$side" "$name" "$count" valgrind --tool=callgrind \
            --toggle-collect=bench_measured --callgrind-out-file="$scratch/callgrind.out"
        sums+=("${line##* }")
        sample sqlite "$name" instructions "$side" 1 \
            "$(sed -n 's/^totals: //p' "$scratch/callgrind.out")"
    done
    same_sum "${sums[@]}" "$name"
}

times() {
    local name=$1 count=$2 round side wall cpu sum sums
    for ((round = 1; round <= BENCH_ROUNDS; round++)); do
        sums=()
        for side in tenon peer; do
            run_one "$side" "$name" "$count" "${pin[@]}"
            read -r wall cpu sum <<<"$line"
            sums+=("$sum")
            sample sqlite "$name" wall "$side" "$round" "$wall"
            sample sqlite "$name" cpu "$side" "$round" "$cpu"
        done
        same_sum "${sums[@]}" "$name"
    done
}

for workload in "${workloads[@]}"; do
    read -r name timed counted <<<"$workload"
    say "bench/sqlite: $name"
    if command -v valgrind >/dev/null; then
        instructions "$name" "$counted"
    else
        say "bench/sqlite: no valgrind, so no instruction counts"
    fi
    times "$name" "$timed"
done
