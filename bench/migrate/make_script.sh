#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# make_script.sh DIR [ENGINE]: print what a migration runner does with the folder's files on an empty
# database, for the shell of sqlite or postgres: the history table, then a transaction for each file
# with its line in the history, and the time that it took written afterwards. Checksums are computed
# here, so the shell neither reads the folder nor hashes.
set -euo pipefail

cd "$1"
begin="BEGIN IMMEDIATE"
timestamp=TIMESTAMP
bytes=BLOB
literal="x'%s'"
if [ "${2:-sqlite}" = postgres ]; then
    begin=BEGIN
    timestamp=TIMESTAMPTZ
    bytes=BYTEA
    literal="'\\\\x%s'"
    echo "SET client_min_messages = warning;"
    echo "SELECT pg_advisory_lock(1);"
else
    echo 'PRAGMA journal_mode = WAL;'
    echo 'PRAGMA synchronous = NORMAL;'
    echo 'PRAGMA foreign_keys = ON;'
fi
cat <<SQL
CREATE TABLE IF NOT EXISTS _sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on $timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
    success BOOLEAN NOT NULL,
    checksum $bytes NOT NULL,
    execution_time BIGINT NOT NULL
);
SELECT version FROM _sqlx_migrations WHERE success = false ORDER BY version LIMIT 1;
SELECT version, checksum FROM _sqlx_migrations ORDER BY version;
SQL
sha384sum -- *.sql | while read -r sum file; do
    version=$((10#${file%%_*}))
    name=${file#*_}
    name=${name%.sql}
    printf '%s;\n%s\n' "$begin" "$(<"$file")"
    printf 'INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) '
    # shellcheck disable=SC2059 # the form of a literal
    printf "VALUES (%d, '%s', TRUE, $literal, -1);\nCOMMIT;\n" "$version" "${name//_/ }" "$sum"
    printf 'UPDATE _sqlx_migrations SET execution_time = %d WHERE version = %d;\n' \
        "$((100000 + version))" "$version"
done
