#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# make_script.sh DIR: print what a migration runner does with the folder's files on an empty database,
# for the sqlite3 shell: the history table, then a transaction for each file with its line in the
# history, and the time that it took written afterwards. Checksums are computed here, so the shell
# neither reads the folder nor hashes.
set -euo pipefail

cd "$1"
cat <<'SQL'
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA foreign_keys = ON;
CREATE TABLE IF NOT EXISTS _sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    success BOOLEAN NOT NULL,
    checksum BLOB NOT NULL,
    execution_time BIGINT NOT NULL
);
SELECT version FROM _sqlx_migrations WHERE success = false ORDER BY version LIMIT 1;
SELECT version, checksum FROM _sqlx_migrations ORDER BY version;
SQL
sha384sum -- *.sql | while read -r sum file; do
    version=$((10#${file%%_*}))
    name=${file#*_}
    name=${name%.sql}
    printf 'BEGIN IMMEDIATE;\n%s\n' "$(<"$file")"
    printf 'INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) '
    printf "VALUES (%d, '%s', TRUE, x'%s', -1);\nCOMMIT;\n" "$version" "${name//_/ }" "$sum"
    printf 'UPDATE _sqlx_migrations SET execution_time = %d WHERE version = %d;\n' \
        "$((100000 + version))" "$version"
done
