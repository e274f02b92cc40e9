#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A list of 10,000 keys against the same keys in a temporary table: instructions under callgrind, and
# time.
# shellcheck source-path=SCRIPTDIR source=../lib.sh
source "$(dirname "$0")/../lib.sh"

timed=25   # operations of a timed run, some 100 ms
counted=2  # under callgrind

db=$scratch/lists.db
sqlite3 -batch -bail "$db" >/dev/null <<'SQL'
PRAGMA journal_mode = WAL;
CREATE TABLE items (
    id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, title TEXT NOT NULL, score REAL NOT NULL
);
WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 100000)
INSERT INTO items SELECT n, printf('code-%06d', n), 'title of item number ' || n, n * 0.5 FROM c;
SQL

# run_one SIDE KEYS TABLE COUNT [WRAPPER…]: its line of numbers is in $line.
run_one() {
    line=$("${@:5}" "$BENCH_BIN/bench_lists" "$1" "$2" "$3" "$4" "$db" 2>"$scratch/err") || {
        cat "$scratch/err" >&2
        exit 1
    }
}

same_sum() {
    if [ "$1" != "$2" ]; then
        say "bench/lists: the sides disagree on '$3': sums $1 and $2"
        exit 1
    fi
}

instructions() {
    local side sums=()
    for side in tenon peer; do
        run_one $side "$1" "$2" $counted valgrind --tool=callgrind \
            --toggle-collect=bench_measured --callgrind-out-file="$scratch/callgrind.out"
        sums+=("${line##* }")
        sample lists "$1_$2" instructions $side 1 \
            "$(sed -n 's/^totals: //p' "$scratch/callgrind.out")"
    done
    same_sum "${sums[@]}" "$1_$2"
}

times() {
    local round side wall cpu sum sums
    for ((round = 1; round <= BENCH_ROUNDS; round++)); do
        sums=()
        for side in tenon peer; do
            run_one $side "$1" "$2" $timed "${pin[@]}"
            read -r wall cpu sum <<<"$line"
            sums+=("$sum")
            sample lists "$1_$2" wall $side "$round" "$wall"
            sample lists "$1_$2" cpu $side "$round" "$cpu"
        done
        same_sum "${sums[@]}" "$1_$2"
    done
}

for keys in ints texts; do
    for table in filled ready indexed; do
        say "bench/lists: ${keys}_$table"
        if command -v valgrind >/dev/null; then
            instructions $keys $table
        else
            say "bench/lists: no valgrind, so no instruction counts"
        fi
        times $keys $table
    done
done
