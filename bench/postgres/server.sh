# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# A private PostgreSQL server for one run, in $scratch. Sourced after ../lib.sh.
#
#     server_start [WRAPPER…]   initdb, and a server on a socket in $scratch and on a free port of the
#                               loopback interface; sets PGHOST, PGPORT, PGUSER and server_pid
#     server_stop               by its process id; also done when the script ends, however it ends
#
# A commit waits for no disk (fsync=off), so that the figures are of the clients and not of the
# disk; no background work but the server's own (autovacuum=off, checkpoints far apart).

server_pid=
trap 'server_stop; rm -rf "$scratch"' EXIT

# Print the folder of the newest server that is installed.
server_folder() {
    local postgres
    postgres=$({
        printf '%s\n' /usr/lib/postgresql/*/bin/postgres /usr/pgsql-*/bin/postgres \
            "$(pg_config --bindir 2>/dev/null)/postgres" "$(command -v postgres)"
    } | sort -V | while read -r file; do [ ! -x "$file" ] || echo "$file"; done | tail -1)
    [ -n "$postgres" ] && dirname "$postgres"
}

# as_server COMMAND…: the server refuses to run as root.
as_server() {
    if [ "$(id -u)" -eq 0 ]; then
        exec setpriv --reuid "$server_user" --regid "$(id -g "$server_user")" --clear-groups -- "$@"
    fi
    exec "$@"
}

server_start() {
    local bin data=$scratch/server try
    bin=$(server_folder) || {
        say "bench/postgres: no PostgreSQL server: scripts/deps bench"
        exit 1
    }
    server_user=postgres
    id -u "$server_user" >/dev/null 2>&1 || server_user=nobody
    rm -rf "$data"
    mkdir "$data"
    if [ "$(id -u)" -eq 0 ]; then
        chmod a+x "$scratch"
        chown "$server_user" "$data"
    fi
    export PGUSER=postgres
    (cd "$data" && as_server "$bin/initdb" -D "$data/data" -U "$PGUSER" -A trust -N -E UTF8 \
        --locale=C) >"$scratch/initdb.log" 2>&1 || {
        cat "$scratch/initdb.log" >&2
        exit 1
    }
    # A port that somebody has is a start that fails: try another.
    for try in 1 2 3 4 5; do
        export PGHOST=$data PGPORT=$((20000 + (RANDOM + try) % 20000))
        (cd "$data" && as_server "$@" "$bin/postgres" -D "$data/data" -k "$data" -p "$PGPORT" \
            -c listen_addresses=127.0.0.1 -c fsync=off -c autovacuum=off -c max_wal_size=8GB \
            -c shared_buffers=256MB) >"$scratch/server.log" 2>&1 &
        server_pid=$!
        while kill -0 "$server_pid" 2>/dev/null; do
            if psql -X -q -d postgres -c '' 2>/dev/null; then
                return
            fi
            sleep 0.05
        done
        wait "$server_pid" || true
    done
    server_pid=
    cat "$scratch/server.log" >&2
    exit 1
}

server_stop() {
    [ -n "$server_pid" ] || return 0
    kill -INT "$server_pid" 2>/dev/null || true
    wait "$server_pid" 2>/dev/null || true
    server_pid=
}
