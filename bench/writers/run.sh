#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Eight writers: Tenon against a connection per thread with BEGIN and busy_timeout; and eight
# processes with and without the gate. On the disk of TMPDIR: FULL is about waiting for it.
# shellcheck source-path=SCRIPTDIR source=../lib.sh
source "$(dirname "$0")/../lib.sh"

milliseconds=${BENCH_WRITERS_MS:-2000}
base=$scratch/base.db
sqlite3 -batch -bail "$base" >/dev/null <<'SQL'
PRAGMA journal_mode = WAL;
CREATE TABLE items (id INTEGER PRIMARY KEY, n INTEGER NOT NULL);
CREATE TABLE events (id INTEGER PRIMARY KEY, item INTEGER NOT NULL, note TEXT NOT NULL);
WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 100000)
INSERT INTO items SELECT n, 0 FROM c;
SQL

# one SIDE_OF_SAMPLE SIDE WORKLOAD SYNCHRONOUS NAME ROUND
one() {
    local db=$scratch/run.db per longest busy _done
    rm -f "$db" "$db"-*
    cp "$base" "$db"
    read -r per longest busy _done < <("$BENCH_BIN/bench_writers" "$2" "$3" "$4" "$milliseconds" "$db")
    sample writers "$5" time "$1" "$6" "$per"
    sample writers "$5" longest "$1" "$6" "$longest"
    if [ "$2" = tenon ] && [ "$busy" -ne 0 ]; then
        say "bench/writers: Tenon was busy $busy times in '$5'"
        exit 1
    fi
}

rounds=$((BENCH_ROUNDS < 5 ? BENCH_ROUNDS : 5))
for row in "update normal" "insert normal" "insert full"; do
    read -r workload synchronous <<<"$row"
    say "bench/writers: $workload $synchronous"
    for ((round = 1; round <= rounds; round++)); do
        one tenon tenon "$workload" "$synchronous" "${workload}_$synchronous" "$round"
        one peer peer "$workload" "$synchronous" "${workload}_$synchronous" "$round"
    done
done
say "bench/writers: processes"
for ((round = 1; round <= rounds; round++)); do
    one tenon gate update full processes_full "$round"
    one peer nogate update full processes_full "$round"
done
