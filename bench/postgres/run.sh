#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# PostgreSQL: Tenon's dynamic interface against libpq by hand and the clients that people use, over a
# Unix socket and over TCP, with client and server on one processor (pinned) and not (unpinned).
# And `tenon migrate up` of 1,000 files against psql. BENCH_PLACES, BENCH_SIDES and BENCH_WORKLOADS
# choose some.
# shellcheck source-path=SCRIPTDIR source=../lib.sh
source "$(dirname "$0")/../lib.sh"
# shellcheck source=server.sh
source "$here/server.sh"

# Workload, operations of a timed run (some 100 ms), of the run before the clock, under callgrind.
# Reading ones share a database; the others get a fresh copy each time.
workloads=(
    "point 3000 2000 200"
    "range 800 300 20"
    "scan 1 1 1"
    "insert 2000 500 200"
    "insert_tx 4000 2000 1000"
    "update 2000 500 200"
    "pipe_get 10000 2000 1000"
    "pipe_add 5000 1000 1000"
    "bulk 100000 1000 100000"
)

# Who is measured. 'each' is Tenon without a pipeline.
read -ra places <<<"${BENCH_PLACES:-pinned unpinned}"
read -ra sides <<<"${BENCH_SIDES:-hand gen tenon query each libzdb ecpg pg postgresjs drizzle}"
node_folder=$BENCH_BIN/postgres-node

# What a side runs; no program: it is a client of Node.js.
declare -A programs=(
    [hand]=bench_pg_hand [gen]=bench_pg_gen [tenon]=bench_pg_tenon [query]=bench_pg_query [each]=bench_pg_tenon
    [libzdb]=bench_pg_libzdb [ecpg]=bench_pg_ecpg
)

# has SIDE WORKLOAD: whether the side has such a thing.
has() {
    case $2 in
    pipe_*) [[ " hand tenon each pg postgresjs drizzle " == *" $1 "* ]] ;;
    bulk) [[ " hand gen tenon pg postgresjs drizzle " == *" $1 "* ]] ;;
    *) [ "$1" != each ] ;;
    esac
}

# The clients of Node.js, where they are not yet or are others.
install_node() {
    command -v node >/dev/null && command -v npm >/dev/null || return 1
    mkdir -p "$node_folder"
    if ! cmp -s "$here/node/package-lock.json" "$node_folder/installed"; then
        cp "$here"/node/package*.json "$node_folder"
        (cd "$node_folder" && npm ci --no-audit --no-fund) >"$scratch/npm.log" 2>&1 || return 1
        cp "$here/node/package-lock.json" "$node_folder/installed"
    fi
    cp "$here"/node/*.mjs "$node_folder"
}

# A side that is not installed is said to be missing, and left out.
find_sides() {
    local side found=() node=no
    install_node && node=yes
    for side in "${sides[@]}"; do
        if [ -n "${programs[$side]:-}" ]; then
            [ -x "$BENCH_BIN/${programs[$side]}" ] && found+=("$side") && continue
        elif [ $node = yes ]; then
            found+=("$side") && continue
        fi
        say "bench/postgres: missing, so not measured: $side"
    done
    sides=("${found[@]}")
}

admin() {
    PGOPTIONS='-c client_min_messages=warning' psql -X -q -v ON_ERROR_STOP=1 -d postgres "$@" \
        >/dev/null
}

# run_one SIDE WORKLOAD COUNT WARM_UP [WRAPPER…]: its line of numbers is in $line.
run_one() {
    local side=$1 workload=$2 count=$3 warm_up=$4 command
    shift 4
    PGDATABASE=bench_base
    case $workload in
    insert* | update | pipe_add | bulk)
        PGDATABASE=bench_run
        admin -c 'DROP DATABASE IF EXISTS bench_run' \
            -c 'CREATE DATABASE bench_run TEMPLATE bench_base'
        ;;
    esac
    export PGDATABASE
    command=(node "$node_folder/bench.mjs" "$side" "$workload" "$count" "$warm_up")
    if [ -n "${programs[$side]:-}" ]; then
        [ "$side" != each ] || workload=${workload/pipe/each}
        command=("$BENCH_BIN/${programs[$side]}" "$workload" "$count" "$warm_up"
            "postgresql:///$PGDATABASE?host=$PGHOST&port=$PGPORT&user=$PGUSER")
    fi
    line=$("$@" "${command[@]}" 2>"$scratch/err") || {
        say "bench/postgres: $side, $workload:"
        cat "$scratch/err" >&2
        exit 1
    }
}

same_sum() {
    if [ "${sum:=$1}" != "$1" ]; then
        say "bench/postgres: $2 disagrees on '$3': sums $sum and $1"
        exit 1
    fi
}

# Of the programs in C.
instructions() {
    local name=$1 count=$2 side sum=""
    for side in "${sides[@]}"; do
        if [ -z "${programs[$side]:-}" ] || ! has "$side" "$name"; then
            continue
        fi
        run_one "$side" "$name" "$count" "$count" valgrind --tool=callgrind \
            --toggle-collect=bench_measured --callgrind-out-file="$scratch/callgrind.out"
        same_sum "${line##* }" "$side" "$name"
        sample "$experiment" "$name" instructions "$side" 1 \
            $(($(sed -n 's/^totals: //p' "$scratch/callgrind.out") / count))
    done
}

# Each round begins with another side, so that none always follows the same one's leftovers.
times() {
    local name=$1 count=$2 warm_up=$3 round side wall cpu both got sum="" first order
    for ((round = 1; round <= BENCH_ROUNDS; round++)); do
        first=$((round % ${#sides[@]}))
        order=("${sides[@]:first}" "${sides[@]:0:first}")
        for side in "${order[@]}"; do
            has "$side" "$name" || continue
            run_one "$side" "$name" "$count" "$warm_up" "${wrapper[@]}"
            read -r wall cpu both got <<<"$line"
            same_sum "$got" "$side" "$name"
            sample "$experiment" "$name" wall "$side" "$round" $((wall / count))
            sample "$experiment" "$name" cpu "$side" "$round" $((cpu / count))
            sample "$experiment" "$name" both "$side" "$round" $((both / count))
        done
    done
}

measure() {
    local workload name timed warm_up counted
    for workload in "${workloads[@]}"; do
        read -r name timed warm_up counted <<<"$workload"
        [[ " ${BENCH_WORKLOADS:-$name} " == *" $name "* ]] || continue
        say "bench/postgres: $experiment: $name"
        times "$name" "$timed" "$warm_up"
        if [ "$experiment" = postgres_unix_pinned ] && command -v valgrind >/dev/null; then
            instructions "$name" "$counted"
        fi
    done
}

# Whole processes: psql is given one script of what Tenon sends, in one run. A psql for each file
# (psql -1 -f) would pay a thousand connections, which no runner does.
migrations() {
    local shape side round wall cpu _ folder script
    for shape in grown tables; do
        say "bench/postgres: $experiment: up_$shape"
        folder=$scratch/$shape
        script=$scratch/$shape.sql
        if [ ! -e "$script" ]; then
            "$here/../migrate/make_folder.sh" "$folder" 1000 "$shape" postgres
            "$here/../migrate/make_script.sh" "$folder" postgres >"$script"
        fi
        (
            cd "$scratch"
            unset DATABASE_URL
            "${wrapper[@]}" "$BENCH_BIN/bench_runner" "$BENCH_ROUNDS" "psql -X -q -d postgres \
                -c 'DROP DATABASE IF EXISTS bench_up' -c 'CREATE DATABASE bench_up' 2>/dev/null" \
                -- "$BENCH_TENON" migrate up --migrations "$folder" \
                --url "postgresql:///bench_up?host=$PGHOST&port=$PGPORT&user=$PGUSER" \
                -- psql -X -q -d bench_up -v ON_ERROR_STOP=1 -f "$script"
        ) >"$scratch/times"
        while read -r side round wall cpu _; do
            [ "$side" = a ] && side=tenon || side=psql
            sample "$experiment" "up_$shape" wall "$side" "$round" "$wall"
            sample "$experiment" "up_$shape" cpu "$side" "$round" "$cpu"
        done <"$scratch/times"
    done
}

find_sides
for place in "${places[@]}"; do
    wrapper=()
    [ "$place" = unpinned ] || wrapper=("${pin[@]}")
    server_start "${wrapper[@]}"
    export BENCH_SERVER=$server_pid
    admin -c 'CREATE DATABASE bench_base'
    cat "$here/schema.sql" "$here/fill.sql" | admin -d bench_base
    experiment=postgres_unix_$place
    measure
    PGHOST=127.0.0.1
    experiment=postgres_tcp_$place
    measure
    server_stop
done
