#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What the tests of the family "migrate" share; sourced after lib.sh.

export_url() { export DATABASE_URL=sqlite:app.db; }

three_pairs() {
    export_url
    local n
    for n in 1 2 3; do
        echo "CREATE TABLE t$n (id INTEGER PRIMARY KEY);" | write "migrations/000${n}_t$n.up.sql"
        echo "DROP TABLE t$n;" | write "migrations/000${n}_t$n.down.sql"
    done
}

versions() { sql app.db "SELECT group_concat(version, ' ') FROM (SELECT version FROM _sqlx_migrations ORDER BY version)"; }
tables() { sql app.db "SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_schema WHERE name LIKE 't%' AND type = 'table' ORDER BY name)"; }
snapshot() { find . -type f -exec sha256sum {} + | sort; }
