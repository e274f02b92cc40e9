#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# make_folder.sh DIR COUNT SHAPE: write COUNT migrations, V_name.sql.
#   grown   as a project grows: of four, one makes a table, one an index, one adds a column, one
#           writes rows. SQLite reads the whole schema anew after each ADD COLUMN: most of the time
#   tables  a table and its index each: SQLite does the least, a runner's own work shows most
set -euo pipefail

dir=$1
count=$2
shape=$3

create_table() {
    echo "CREATE TABLE $1 (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    weight REAL NOT NULL DEFAULT 1.0,
    created_at TEXT NOT NULL DEFAULT (datetime('now'))
);"
}

grown() {
    local table=part_$((($1 + 3) / 4))
    case $(($1 % 4)) in
    1)
        name=create_$table
        echo "-- The parts of group $((($1 + 3) / 4))."
        create_table "$table"
        ;;
    2)
        name=index_$table
        echo "CREATE INDEX idx_${table}_name ON $table (name);"
        ;;
    3)
        name=add_state_to_$table
        echo "-- Where a part stands; the ';' here is not a statement's end: 'a;b'."
        echo "ALTER TABLE $table ADD COLUMN state TEXT NOT NULL DEFAULT 'new';"
        ;;
    0)
        name=fill_$table
        echo "INSERT INTO $table (name, weight)"
        echo "VALUES ('bolt', 0.1), ('nut; M8', 0.2), ('washer', 0.05);"
        echo "UPDATE $table SET state = 'ready' WHERE weight < 0.2;"
        ;;
    esac
}

tables() {
    local table=part_$1
    name=create_$table
    echo "-- The parts of group $1; the ';' here is not a statement's end: 'a;b'."
    create_table "$table"
    echo "CREATE INDEX idx_${table}_name ON $table (name);"
}

mkdir -p "$dir"
for ((i = 1; i <= count; i++)); do
    "$shape" "$i" >"$dir/new"
    mv "$dir/new" "$dir/$(printf '%04d' "$i")_$name.sql"
done
