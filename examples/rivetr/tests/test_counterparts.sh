#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What the README promises to whoever comes from sqlx: each way of connecting, each command and each
# trouble has its counterpart. Needs TENON, TENON_SOURCE and RIVETR (the program).
# shellcheck source=/dev/null
source "$TENON_SOURCE/tests/cli/lib.sh"

example=$TENON_SOURCE/examples/rivetr

# --- connecting and migrating

test_database_is_made_with_its_folder_in_wal_mode() {
    run "$RIVETR" debug journal
    expect_exit 0
    expect_out wal
    expect_file data/rivetr.db
    run "$RIVETR" --data elsewhere/deep debug foreign-keys
    expect_out 1
    expect_file elsewhere/deep/rivetr.db
}

test_migrations_run_at_start_from_the_binary() {
    run "$RIVETR" debug migrations
    expect_exit 0
    expect_equal "$(wc -l <"$out")" 4
    run "$RIVETR" debug migrations
    expect_equal "$(cut -f 2 "$out" | head -n 1)" initial
    cp "$example/tenon.ini" . && cp -R "$example/migrations" .
    run "$TENON" migrate status --exit-code
    expect_exit 0
}

# As sqlx leaves it behind: its own table, and a row with the SHA-384 of the file.
by_sqlx() {
    mkdir -p data
    local sum
    sum=$(sha384sum "$example/migrations/001_initial.sql" | cut -d ' ' -f 1)
    {
        echo 'PRAGMA journal_mode = wal;'
        cat <<'SQL'
CREATE TABLE IF NOT EXISTS _sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    success BOOLEAN NOT NULL,
    checksum BLOB NOT NULL,
    execution_time BIGINT NOT NULL
);
SQL
        cat "$example/migrations/001_initial.sql"
        echo "INSERT INTO _sqlx_migrations VALUES (1, 'initial', '2025-02-01 10:00:00', TRUE, X'$sum', 1234567);"
        echo "INSERT INTO apps (id, name, git_url) VALUES ('old', 'from-sqlx', 'https://git.example/x.git');"
    } | sqlite3 -batch -init /dev/null data/rivetr.db >/dev/null
}

test_database_of_sqlx_is_taken_over_and_stays_its_own() {
    local ddl row file version sum
    by_sqlx
    ddl=$(sql data/rivetr.db "SELECT sql FROM sqlite_schema WHERE name = '_sqlx_migrations'")
    row=$(sql data/rivetr.db "SELECT version, description, installed_on, success, hex(checksum), execution_time FROM _sqlx_migrations")
    run "$RIVETR" app show from-sqlx
    expect_exit 0
    expect_out_contains "https://git.example/x.git"
    expect_equal "$(sql data/rivetr.db "SELECT sql FROM sqlite_schema WHERE name = '_sqlx_migrations'")" "$ddl"
    expect_equal "$(sql data/rivetr.db "SELECT version, description, installed_on, success, hex(checksum), execution_time FROM _sqlx_migrations WHERE version = 1")" "$row"
    # The new rows are what sqlx would have written: it compares version, checksum and success.
    for file in "$example"/migrations/*.sql; do
        version=$(basename "$file" | sed 's/^0*\([0-9]*\)_.*/\1/')
        sum=$(sha384sum "$file" | cut -d ' ' -f 1 | tr a-f A-F)
        expect_equal "$(sql data/rivetr.db "SELECT hex(checksum), success, typeof(installed_on), typeof(execution_time), execution_time >= 0 FROM _sqlx_migrations WHERE version = $version")" \
            "$sum|1|text|integer|1" "$file"
    done
    expect_equal "$(sql data/rivetr.db "SELECT group_concat(description, ',') FROM _sqlx_migrations")" "initial,add webhooks,add env vars,add indexes"
}

# --- debugging

test_debug_commands_answer_what_the_shell_did() {
    local app deployment
    app=$("$RIVETR" app add web https://git.example/web.git)
    "$RIVETR" app add idle https://git.example/idle.git >/dev/null
    deployment=$("$RIVETR" deploy add web abc123)
    "$RIVETR" deploy start "$deployment"
    "$RIVETR" deploy fail "$deployment" 'port is taken'
    run "$RIVETR" debug tables
    expect_out_contains deployment_logs
    run "$RIVETR" debug schema apps
    expect_out_contains "CREATE TABLE apps"
    expect_out_contains idx_apps_project
    run "$RIVETR" debug recent
    expect_out_matches "^$deployment	$app	failed	[0-9-]+ [0-9:]+$"
    run "$RIVETR" debug failed
    expect_out_contains "port is taken"
    run "$RIVETR" debug counts
    printf 'idle\t0\nweb\t1\n' >wanted
    expect_out_file wanted
    run "$TENON" --url sqlite:data/rivetr.db sql 'SELECT count(*) FROM deployments'
    expect_out_contains 1
}

test_logs_are_streamed_and_followed() {
    local deployment pid
    "$RIVETR" app add web https://git.example/web.git >/dev/null
    deployment=$("$RIVETR" deploy add web)
    "$RIVETR" deploy start "$deployment"
    "$RIVETR" deploy log "$deployment" info cloning
    "$RIVETR" logs "$deployment" --follow >followed &
    pid=$!
    "$RIVETR" deploy log "$deployment" info building
    "$RIVETR" deploy log "$deployment" warn 'a slow step'
    "$RIVETR" deploy succeed "$deployment"
    wait $pid
    expect_equal "$(cut -c 21- followed)" "info  cloning
info  building
warn  a slow step"
    run "$RIVETR" deploy log nowhere info x
    expect_exit 1
    expect_err_contains "there is no deployment 'nowhere'"
}

# --- troubles

test_trouble_locked_is_waited_for() {
    "$RIVETR" app add web https://git.example/web.git >/dev/null
    mkfifo hold
    sqlite3 -batch data/rivetr.db <hold >held 2>/dev/null &
    local pid=$!
    exec 7>hold
    echo "BEGIN IMMEDIATE; SELECT 'held';" >&7
    while [ ! -s held ]; do sleep 0.01; done
    run env "DATABASE_URL=sqlite:data/rivetr.db?busy_timeout=50ms" "$RIVETR" app rename web site
    expect_exit 6
    expect_err_contains "database is locked"
    run "$RIVETR" app list # readers are not in its way
    expect_exit 0
    echo 'ROLLBACK;' >&7
    exec 7>&-
    wait $pid
    run "$RIVETR" app rename web site
    expect_exit 0
}

test_trouble_schema_mismatch_is_explained() {
    by_sqlx
    sql data/rivetr.db "UPDATE _sqlx_migrations SET checksum = zeroblob(48)"
    run "$RIVETR" app list
    expect_exit 7
    expect_err_contains "applied migrations differ"
    cp "$example/tenon.ini" . && cp -R "$example/migrations" .
    run "$TENON" migrate validate
    expect_exit 1
    expect_err_contains "has been changed since it was applied on 2025-02-01"
    run "$TENON" migrate fresh --yes
    expect_exit 0
}

test_trouble_foreign_key_says_what_stays() {
    "$RIVETR" project add shop >/dev/null
    "$RIVETR" app add web https://git.example/web.git main 3000 shop >/dev/null
    "$RIVETR" deploy add web >/dev/null
    run "$RIVETR" app delete web
    expect_exit 7
    expect_err_contains "it stays (see --all)"
    run "$RIVETR" project delete shop
    expect_exit 7
    run "$RIVETR" app delete web --all
    expect_exit 0
    run "$RIVETR" project delete shop
    expect_exit 0
}

test_trouble_type_mismatch_is_an_error_with_its_column() {
    "$RIVETR" app add web https://git.example/web.git >/dev/null
    sql data/rivetr.db "UPDATE apps SET port = 'eighty'"
    run "$RIVETR" app show web
    expect_exit 4
    expect_err_contains "column 'port' holds text, not int"
}

# --- bad input

test_secrets_are_refused_until_there_is_a_vault() {
    "$RIVETR" app add web https://git.example/web.git >/dev/null
    run "$RIVETR" env set web TOKEN abc --secret
    expect_exit 7
    expect_err_contains "it needs a vault, and there is none yet"
    run "$RIVETR" env set web MODE fast
    run "$RIVETR" env list web
    expect_out "MODE=fast"
    run "$RIVETR" env unset web MODE
    expect_exit 0
    run "$RIVETR" env unset web MODE
    expect_exit 1
}

test_commands_say_what_is_wrong() {
    run "$RIVETR" app add web https://git.example/web.git main eighty
    expect_exit 2
    expect_err_contains "'eighty' is no port"
    run "$RIVETR" app show nobody
    expect_exit 1
    run "$RIVETR" app fly
    expect_exit 2
    run "$RIVETR" app show
    expect_exit 2
    run "$RIVETR"
    expect_exit 2
    run "$RIVETR" help
    expect_exit 0
    printf 'no database, and long enough to be looked at by whoever opens it for one\n' >plain.txt
    run env DATABASE_URL=sqlite:plain.txt "$RIVETR" app list
    expect_exit 3
}

run_tests
