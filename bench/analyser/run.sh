#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# `tenon check` and `tenon generate` of 250 to 2,000 queries against a bare C program that runs the
# same migration in memory and prepares the same queries once; on PostgreSQL against psql that does so on
# a server made for it. Whole processes, servers included.
# shellcheck source-path=SCRIPTDIR source=../lib.sh
source "$(dirname "$0")/../lib.sh"

# compare WORKLOAD PREPARE -- TENON… -- PEER…
compare() {
    local side round wall cpu rss name=$1
    say "bench/analyser: $name"
    "${pin[@]}" "$BENCH_BIN/bench_runner" "$BENCH_ROUNDS" "${@:2}" >"$scratch/times"
    while read -r side round wall cpu rss; do
        [ "$side" = a ] && side=tenon || side=peer
        sample analyser "$name" wall "$side" "$round" "$wall"
        sample analyser "$name" cpu "$side" "$round" "$cpu"
        sample analyser "$name" memory "$side" "$round" "$rss"
    done <"$scratch/times"
}

unset DATABASE_URL
for count in 250 500 1000 2000; do
    "$here/make_project.sh" "$scratch/$count" "$count"
    cd "$scratch/$count"
    peer=("$BENCH_BIN/bench_prepare_bare" migrations/*.sql queries/*.sql)
    compare "check_$count" true -- "$BENCH_TENON" check -- "${peer[@]}"
    compare "generate_$count" "rm -rf gen" -- "$BENCH_TENON" generate -- "${peer[@]}"
done

"$here/make_project.sh" "$scratch/postgres" 1000 postgres
cd "$scratch/postgres"
peer=("$here/prepare_psql.sh" migrations/*.sql prepare.sql)
compare postgres_check_1000 true -- "$BENCH_TENON" check -- "${peer[@]}"
compare postgres_generate_1000 "rm -rf gen" -- "$BENCH_TENON" generate -- "${peer[@]}"
