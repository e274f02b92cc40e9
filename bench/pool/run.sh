#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What the pool costs: taking and giving back a connection as a share of a point select by hand, and
# the memory of a connection beyond the engine's own as a share of 64 KiB.
# shellcheck source-path=SCRIPTDIR source=../lib.sh
source "$(dirname "$0")/../lib.sh"

db=$scratch/pool.db
sqlite3 -batch -bail "$db" >/dev/null <<'SQL'
PRAGMA journal_mode = WAL;
CREATE TABLE items (id INTEGER PRIMARY KEY, title TEXT NOT NULL, note TEXT, score REAL);
WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 1000)
INSERT INTO items SELECT n, 'title ' || n, 'a note of some length', n * 0.5 FROM c;
SQL

if command -v valgrind >/dev/null; then
    count=2000
    for side in tenon peer; do
        workload=acquire
        [ $side = tenon ] || workload=point
        valgrind -q --tool=callgrind --toggle-collect=bench_measured \
            --callgrind-out-file="$scratch/out" "$BENCH_BIN/bench_pool" $workload $count "$db" \
            2>/dev/null
        sample pool acquire_release instructions $side 1 "$(sed -n 's/^totals: //p' "$scratch/out")"
    done
else
    say "bench/pool: no valgrind, so no instruction counts"
fi

connections=32
tenon=$("$BENCH_BIN/bench_pool" memory tenon $connections "$db")
hand=$("$BENCH_BIN/bench_pool" memory hand $connections "$db")
sample pool memory_beyond bytes tenon 1 $(((tenon - hand) / connections))
sample pool memory_beyond bytes peer 1 65536
