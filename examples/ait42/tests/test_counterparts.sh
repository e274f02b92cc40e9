#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What the README promises to whoever comes from sqlx: each command, file, setting and trouble of the old
# way has its counterpart. Needs TENON, TENON_SOURCE, TENON_BUILD and AIT42 (the program).
# shellcheck source=/dev/null
source "$TENON_SOURCE/tests/cli/lib.sh"

example=$TENON_SOURCE/examples/ait42

# A project of one's own, with a database of its own.
project() {
    cp -R "$example/migrations" "$example/queries" "$example/gen" "$example/src" "$example/tenon.ini" .
    cp "$example/.env.example" .env
    export DATABASE_URL=sqlite:$PWD/sessions.db
}

# --- setting up

test_url_with_home_is_the_same_for_both_programs() {
    project
    unset DATABASE_URL
    run "$TENON" config --explain
    expect_out_matches "database.url.*$HOME/.ait42/sessions.db.*\.env"
    run "$TENON" migrate up # through .env, where $HOME is expanded
    expect_exit 0
    expect_file "$HOME/.ait42/sessions.db"
    # shellcheck disable=SC2016
    DATABASE_URL='sqlite:$HOME/.ait42/sessions.db' run "$AIT42" status
    expect_out_contains "$HOME/.ait42/sessions.db"
    expect_out_contains "1 applied, 0 pending"
    rm -r "$HOME/.ait42"
}

test_log_follows_the_environment() {
    project
    TENON_LOG=info,sql=debug run "$AIT42" status
    expect_exit 0
    expect_err_contains "debug sql:"
    TENON_LOG=info run "$AIT42" status
    expect_err_lacks "debug sql:"
    TENON_LOG=loud run "$AIT42" status
    expect_exit 4
}

test_migration_is_added_run_shown_and_reverted() {
    project
    run "$TENON" migrate add -r labels
    expect_exit 0
    local up
    up=$(find migrations -name '*_labels.up.sql')
    echo 'CREATE TABLE labels (name TEXT NOT NULL PRIMARY KEY) STRICT;' >"$up"
    echo 'DROP TABLE labels;' >"${up%.up.sql}.down.sql"
    run "$TENON" migrate run
    expect_exit 0
    expect_err_contains "2 migrations applied"
    run "$TENON" migrate info
    expect_out_matches "initial schema.*applied"
    run "$TENON" migrate revert
    expect_err_contains labels
    run "$TENON" migrate info
    expect_out_matches "labels.*pending"
}

test_history_is_the_one_that_sqlx_writes() {
    project
    "$AIT42" status >/dev/null
    expect_equal "$(sql sessions.db "SELECT version || ' ' || description || ' ' || success FROM _sqlx_migrations")" \
        "20250113000001 initial schema 1"
    expect_equal "$(sql sessions.db "SELECT lower(hex(checksum)) FROM _sqlx_migrations")" \
        "$(sha384sum migrations/*.up.sql | cut -d ' ' -f 1)"
    run "$TENON" migrate status --exit-code
    expect_exit 0
}

test_settings_of_the_file_are_in_force_and_not_in_a_migration() {
    project
    "$AIT42" status >/dev/null
    expect_equal "$(sql sessions.db "PRAGMA journal_mode")" wal
    run "$TENON" database info
    expect_out_matches "^journal_mode	wal"
    run grep -i pragma migrations/*.sql
    expect_exit 1
}

# --- queries that were checked

test_prepare_is_generate_and_check_needs_no_database() {
    project
    run "$TENON" generate --check
    expect_exit 0
    sed -i 's/SELECT \* FROM workspaces ORDER/SELECT id, workspace_path FROM workspaces ORDER/' queries/workspaces.sql
    run "$TENON" generate --check
    expect_exit 1
    expect_err_contains stale
    run "$TENON" generate
    expect_exit 0
    run "$TENON" generate --check
    expect_exit 0
    expect_no_file sessions.db
}

test_ignored_files_are_those_that_are_private() {
    project
    local name
    cp "$example/.gitignore" .
    git init -q .
    for name in .env x.db x.db-shm x.db-wal; do
        run git check-ignore -q $name
        [ "$status" -eq 0 ] || fail "not ignored: $name"
    done
    run git check-ignore -q gen/sessions.tenon.c
    expect_exit 1
}

# The steps of the workflow that call tenon, as they stand there.
test_steps_of_the_workflow_work() {
    project
    local step count=0
    mkdir bin && ln -s "$TENON" bin/tenon
    export PATH=$PWD/bin:$PATH
    git init -q . && git add gen
    while read -r step; do
        run_shell "$step"
        [ "$status" -eq 0 ] || fail "step: $step"
        count=$((count + 1))
    done < <(sed -n 's/^ *- run: \(tenon .*\)/\1/p' "$example/.github/workflows/ci.yml")
    [ $count -eq 5 ] || fail "$count steps"
    expect_file sessions.db
}

# What the compiler says to src/$1, of the project.
compile() {
    run cc -std=c11 -D_XOPEN_SOURCE=700 -fsyntax-only -I"$TENON_SOURCE/include" -I"$TENON_BUILD/include" -Igen -Isrc "src/$1"
}

# --- troubles

test_trouble_generated_code_is_missing() {
    project
    rm -r gen
    run "$TENON" generate --check
    expect_exit 1
    expect_err_contains "tenon generate"
    run "$TENON" generate
    expect_exit 0
    run "$TENON" migrate embed -o gen/migrations.c
    expect_exit 0
    run diff -r gen "$example/gen"
    expect_exit 0
}

test_trouble_locked_is_waited_for_and_said() {
    project
    mkdir shop
    "$AIT42" workspace open shop >/dev/null
    mkfifo hold
    sqlite3 -batch -init /dev/null sessions.db <hold >held 2>/dev/null &
    local pid=$!
    exec 7>hold
    echo "BEGIN IMMEDIATE; SELECT 'held';" >&7
    while [ ! -s held ]; do sleep 0.01; done
    run env "DATABASE_URL=$DATABASE_URL?busy_timeout=50ms" "$AIT42" session create x --workspace shop
    expect_exit 6
    expect_err_contains "TransactionError"
    expect_err_contains "locked"
    run "$AIT42" workspace list # readers are not in its way
    expect_exit 0
    # The one that holds it ends while this one waits, for up to 5 s.
    { sleep 0.3; echo 'ROLLBACK;' >&7; } &
    run "$AIT42" session create x --workspace shop
    expect_exit 0
    exec 7>&-
    wait
    run "$TENON" database info
    expect_out_matches "^busy_timeout	5000"
}

test_trouble_migration_fails_and_is_settled() {
    project
    "$AIT42" status >/dev/null
    write migrations/20250114000001_tags.up.sql <<'SQL'
CREATE TABLE tags (name TEXT NOT NULL PRIMARY KEY) STRICT;
CREATE INDEX idx_tags ON tgas (name);
SQL
    write migrations/20250114000001_tags.down.sql <<<'DROP TABLE tags;'
    run "$TENON" migrate run
    expect_exit 4
    expect_err_contains "migrations/20250114000001_tags.up.sql:2:"
    run "$TENON" migrate info
    expect_out_matches "tags.*pending"
    expect_equal "$(sql sessions.db "SELECT count(*) FROM sqlite_schema WHERE name = 'tags'")" 0
    sed -i 's/tgas/tags/' migrations/20250114000001_tags.up.sql
    run "$TENON" migrate run
    expect_exit 0
    run "$TENON" migrate revert
    expect_exit 0
    run "$TENON" migrate run
    expect_exit 0
}

test_trouble_changed_migration_is_explained() {
    project
    "$AIT42" status >/dev/null
    sql sessions.db "UPDATE _sqlx_migrations SET checksum = zeroblob(48)"
    run "$AIT42" status
    expect_exit 7
    expect_err_contains MigrationFailed
    run "$TENON" migrate validate
    expect_exit 1
    expect_err_contains "has been changed since it was applied"
    run "$TENON" migrate repair 20250113000001
    expect_exit 0
    run "$AIT42" status
    expect_exit 0
}

test_trouble_column_of_a_query_is_misspelt() {
    project
    sed -i 's/SELECT runtime FROM/SELECT runtimes FROM/' queries/sessions.sql
    run "$TENON" check
    expect_exit 1
    expect_err_matches "queries/sessions.sql:[0-9]+:8: error: no column 'runtimes'"
    expect_err_contains "help: 'runtime'"
}

test_trouble_type_that_changed_does_not_compile() {
    project
    compile session.c
    expect_exit 0
    # A status that is any text, and no longer one of four.
    echo 'sessions.status = text' >>tenon.ini
    "$TENON" generate -q
    compile session.c
    expect_exit 1
    expect_err_contains a42_session_status
}

test_trouble_id_of_something_else_does_not_compile() {
    project
    cat >src/wrong.c <<'C'
#include "sessions.tenon.h"

int wrong(struct a42_session_summary_rows *rows, tn_db *db, const struct a42_message *message, tn_arena *arena,
          tn_error *err)
{
    int rc = a42_session_list_all(rows, db, WORKSPACE, 20, arena, err);
    return rc < 0 ? rc : a42_session_touch(NULL, db, SESSION, err);
}
C
    local right='#define WORKSPACE rows->items[0].workspace_id\n#define SESSION message->session_id'
    sed -i "1i $right" src/wrong.c
    compile wrong.c
    expect_exit 0
    sed -i '1s/WORKSPACE .*/WORKSPACE 7/' src/wrong.c
    compile wrong.c
    expect_exit 1
    expect_err_contains a42_workspace_id
    sed -i -e '1s/WORKSPACE .*/WORKSPACE rows->items[0].workspace_id/' -e '2s/SESSION .*/SESSION message->id/' src/wrong.c
    compile wrong.c
    expect_exit 1
    expect_err_contains a42_session_id
}

test_trouble_query_that_nobody_calls_is_an_error() {
    project
    printf '%s\n' '' '-- name: session_forgotten :one' 'SELECT count(*) AS total FROM sessions;' >>queries/sessions.sql
    run "$TENON" check
    expect_exit 1
    expect_err_contains "error: query 'session_forgotten' is called nowhere [unused-query]"
}

test_trouble_value_of_another_type_is_refused_by_the_table() {
    project
    "$AIT42" status >/dev/null
    run "$TENON" sql --write "INSERT INTO migration_metadata (id, schema_version) VALUES (2, 'two')"
    expect_exit 4
    expect_err_contains "cannot store TEXT value in INTEGER column"
}

run_tests
