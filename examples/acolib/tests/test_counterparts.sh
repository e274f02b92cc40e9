#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What the README promises to whoever comes from sqlx: each command, environment, practice and
# trouble has its counterpart. Needs TENON, TENON_SOURCE and ACOLIB (the program).
source "$TENON_SOURCE/tests/cli/lib.sh"

example=$TENON_SOURCE/examples/acolib

# A project of one's own: the example's folders in the scratch folder.
project() {
    cp -R "$example/migrations" "$example/migrations-seed" "$example/queries" .
    cp "$example/tenon.ini" .
}

state_of() { # VERSION
    "$TENON" migrate status --json 2>/dev/null >status.json
    sql :memory: "SELECT value ->> 'state' FROM json_each(readfile('status.json'), '\$.migrations')
        WHERE value ->> 'version' = '$1'"
}

schema() { sql orchestrator.db "SELECT * FROM sqlite_schema WHERE name <> '_tenon_state'"; }

# --- commands

test_run_applies_all_pending() {
    project
    run "$TENON" migrate run
    expect_exit 0
    expect_err_contains "7 migrations applied"
    expect_equal "$(sql orchestrator.db "SELECT count(*) FROM _sqlx_migrations")" 7
    run "$TENON" migrate run
    expect_exit 0
}

test_dry_run_shows_the_sql_and_writes_nothing() {
    project
    run "$TENON" migrate run --dry-run
    expect_exit 0
    expect_out_contains "CREATE TABLE tasks"
    expect_no_file orchestrator.db
}

test_revert_takes_back_the_last_one() {
    project
    "$TENON" -q migrate run
    run "$TENON" migrate revert
    expect_exit 0
    expect_err_contains "create triggers"
    expect_equal "$(state_of 20250115007)" pending
    expect_equal "$(state_of 20250115006)" applied
}

test_revert_n_and_to_a_version() {
    project
    "$TENON" -q migrate run
    run "$TENON" migrate revert -n 3
    expect_exit 0
    expect_equal "$(sql orchestrator.db "SELECT max(version) FROM _sqlx_migrations")" 20250115004
    run "$TENON" migrate revert --to 20250115001
    expect_exit 0
    expect_equal "$(sql orchestrator.db "SELECT group_concat(version) FROM _sqlx_migrations")" \
        20250115001
}

test_revert_all_needs_no_loop() {
    project
    "$TENON" -q migrate run
    run "$TENON" migrate revert --all
    expect_exit 0
    expect_equal "$(sql orchestrator.db "SELECT group_concat(name) FROM sqlite_schema
        WHERE type = 'table'")" _sqlx_migrations
}

test_status_shows_and_counts() {
    project
    "$TENON" -q migrate run -n 2
    run "$TENON" migrate status
    expect_exit 0
    expect_out_matches "create workflows.*applied"
    expect_out_matches "create sessions.*pending"
    run "$TENON" migrate status --exit-code
    expect_exit 1
    run "$TENON" migrate status --json
    expect_json_value '$.pending' 5
}

test_add_r_makes_two_files() {
    project
    run "$TENON" migrate add -r add_priority
    expect_exit 0
    expect_equal "$(find migrations -name '*_add_priority.up.sql' | wc -l)" 1
    expect_equal "$(find migrations -name '*_add_priority.down.sql' | wc -l)" 1
}

# --- environments

test_url_from_the_environment() {
    project
    DATABASE_URL=sqlite:development.db run "$TENON" migrate run
    expect_exit 0
    expect_file development.db
}

test_url_from_a_dotenv_file() {
    project
    sed -i '/^url/d' tenon.ini
    echo 'DATABASE_URL=sqlite:from-dotenv.db' >.env
    run "$TENON" migrate run
    expect_exit 0
    expect_file from-dotenv.db
    run "$TENON" config --explain
    expect_out_matches "database.url.*from-dotenv.db.*\.env:1"
}

test_url_in_memory_and_production() {
    project
    DATABASE_URL=sqlite::memory: run "$TENON" migrate run
    expect_exit 0
    expect_err_contains "7 migrations applied"
    DATABASE_URL=sqlite:$PWD/var/lib/acolib/orchestrator.db run "$TENON" migrate run
    expect_exit 0
    expect_file var/lib/acolib/orchestrator.db
}

# --- the folder that keeps the old names

test_seed_folder_up_and_down() {
    project
    "$TENON" -q migrate run
    local native
    native=$(schema | grep -v _sqlx_migrations)
    rm orchestrator.db*
    run "$TENON" --migrations migrations-seed migrate run
    expect_exit 0
    expect_err_contains "20250115_001"
    expect_equal "$(schema | grep -v _sqlx_migrations)" "$native" "schema"
    run "$TENON" --migrations migrations-seed migrate revert --all
    expect_exit 0
    expect_equal "$(sql orchestrator.db "SELECT count(*) FROM sqlite_schema
        WHERE type IN ('table', 'trigger') AND name NOT IN ('_sqlx_migrations', '_tenon_state')")" 0
}

# --- "migrations won't run"

test_trouble_no_url_is_explained() {
    project
    sed -i '/^url/d' tenon.ini
    run "$TENON" migrate run
    expect_exit 2
    expect_err_contains DATABASE_URL
}

test_trouble_no_file_is_explained() {
    project
    run "$TENON" migrate status
    expect_exit 3
    expect_err_contains "tenon migrate up"
    run "$TENON" migrate revert
    expect_exit 3
    expect_err_contains "tenon migrate up"
    expect_no_file orchestrator.db
}

test_trouble_syntax_is_shown_at_its_place() {
    project
    "$TENON" -q migrate run
    write migrations/20250116001_bad.up.sql <<'SQL'
-- A typing mistake.
CREATE TABEL labels (id TEXT);
SQL
    write migrations/20250116001_bad.down.sql <<<'DROP TABLE labels;'
    local before
    before=$(sql orchestrator.db .schema)
    run "$TENON" migrate run
    expect_exit 4
    expect_err_contains "migrations/20250116001_bad.up.sql:2:8: error:"
    expect_equal "$(sql orchestrator.db .schema)" "$before"
}

test_trouble_verbose_says_more() {
    project
    run "$TENON" migrate run -v
    expect_exit 0
    expect_err_contains orchestrator.db
    run "$TENON" migrate list
    expect_exit 0
}

# --- "database locked"

test_trouble_locked_is_said_after_a_wait() {
    project
    "$TENON" -q migrate run -n 6
    # Another process in the middle of a write.
    mkfifo hold
    sqlite3 -batch -init /dev/null orchestrator.db \
        "PRAGMA busy_timeout = 5000" "BEGIN IMMEDIATE" ".shell touch held" ".shell cat hold" >/dev/null &
    local holder=$!
    for _ in $(seq 100); do
        [ ! -e held ] || break
        sleep 0.1
    done
    expect_file held
    DATABASE_URL="sqlite:orchestrator.db?busy_timeout=100ms" run "$TENON" migrate run
    echo >hold
    wait $holder
    expect_exit 6
    expect_err_contains locked
    run "$TENON" migrate run
    expect_exit 0
}

test_trouble_wal_files_go_with_the_last_connection() {
    project
    "$TENON" -q migrate run
    expect_equal "$(sql orchestrator.db "PRAGMA journal_mode")" wal
    expect_no_file orchestrator.db-wal
    expect_no_file orchestrator.db-shm
}

# --- "foreign key constraints failing"

test_trouble_foreign_keys_are_on_without_a_pragma() {
    project
    "$ACOLIB" init 2>/dev/null
    run "$ACOLIB" exec start no-such-task read_file
    expect_exit 1
    expect_err_contains "no task 'no-such-task'"
}

test_trouble_order_of_migrations_is_the_versions() {
    project
    # As written to the disk in any order: the numbers decide.
    mkdir shuffled
    local file
    while read -r file; do cp "$file" shuffled/; done < <(find migrations -name '*.sql' | sort -r)
    run "$TENON" --migrations shuffled migrate run
    expect_exit 0
    expect_equal "$(sql orchestrator.db "SELECT group_concat(description, ',')
        FROM (SELECT description FROM _sqlx_migrations ORDER BY installed_on, version LIMIT 2)")" \
        "create tasks,create workflows"
}

# --- "trigger not updating timestamps"

test_trouble_triggers_are_there_and_work() {
    project
    "$TENON" -q migrate run
    expect_equal "$(sql orchestrator.db "SELECT group_concat(name, ' ') FROM
        (SELECT name FROM sqlite_schema WHERE type = 'trigger' ORDER BY name)")" \
        "configurations_updated_at sessions_updated_at tasks_updated_at workflows_updated_at"
    sql orchestrator.db "INSERT INTO tasks (id, title, task_type, status, config, updated_at)
        VALUES ('t', 'x', 'tool', 'pending', '{}', '2025-01-01 00:00:00.000')"
    sql orchestrator.db "UPDATE tasks SET title = 'test' WHERE id = 't'"
    expect_equal "$(sql orchestrator.db "SELECT updated_at > '2026' FROM tasks")" 1
}

test_trouble_trigger_on_a_wrong_table_fails_at_its_place() {
    project
    "$TENON" -q migrate run
    write migrations/20250116001_bad.up.sql <<'SQL'
CREATE TRIGGER labels_updated_at AFTER UPDATE ON lables BEGIN
    UPDATE labels SET updated_at = 1;
END;
SQL
    write migrations/20250116001_bad.down.sql <<<'DROP TRIGGER labels_updated_at;'
    run "$TENON" migrate run
    expect_exit 4
    expect_err_contains "migrations/20250116001_bad.up.sql:1:"
    expect_err_contains lables
}

# --- practices

test_practice_names_are_told_apart() {
    project
    write migrations/20250115007_create_triggers_again.up.sql <<<'SELECT 1;'
    run "$TENON" migrate run
    expect_exit 2
    expect_err_contains create_triggers_again
    expect_no_file orchestrator.db
}

test_practice_migration_without_down_is_refused_on_revert() {
    project
    "$TENON" -q migrate run
    write migrations/20250116001_one_way.sql <<<'CREATE TABLE labels (id TEXT NOT NULL PRIMARY KEY);'
    run "$TENON" migrate run
    expect_exit 0
    run "$TENON" migrate revert
    expect_exit 7
    expect_err_contains one_way
    expect_equal "$(sql orchestrator.db "SELECT count(*) FROM labels")" 0
}

test_practice_failed_migration_leaves_nothing_behind() {
    project
    "$TENON" -q migrate run
    write migrations/20250116001_half.up.sql <<'SQL'
CREATE TABLE labels (id TEXT NOT NULL PRIMARY KEY);
CREATE INDEX idx_labels ON lables (id);
SQL
    write migrations/20250116001_half.down.sql <<<'DROP TABLE labels;'
    run "$TENON" migrate run
    expect_exit 4
    expect_err_contains "20250116001_half.up.sql:2:"
    expect_equal "$(sql orchestrator.db "SELECT count(*) FROM sqlite_schema
        WHERE name = 'labels'")" 0
}

test_practice_changed_file_is_found() {
    project
    "$TENON" -q migrate run
    echo '-- later' >>migrations/20250115002_create_workflows.up.sql
    run "$TENON" migrate validate
    expect_exit 1
    expect_err_contains 20250115002_create_workflows.up.sql
    run "$TENON" migrate run
    expect_exit 7
}

test_practice_up_and_down_are_tried_first() {
    project
    export DATABASE_URL=sqlite:scratch.db
    "$TENON" -q migrate run
    "$TENON" -q migrate revert --all
    run "$TENON" migrate run
    expect_exit 0
    expect_no_file orchestrator.db
}

run_tests
