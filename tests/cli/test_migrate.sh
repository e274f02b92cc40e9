#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The commands of the family "migrate": every flag, exit code and bad input.
source "$(dirname "$0")/lib.sh"

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

# --- up -----------------------------------------------------------------------------------------

test_up_creates_database_and_shows_progress() {
    three_pairs
    export DATABASE_URL=sqlite:data/deep/app.db
    run "$TENON" migrate up
    expect_exit 0
    expect_out_empty
    expect_err_matches '^Applied 0001 t1 \([0-9.]+ ms\)$'
    expect_err_matches '^Applied 0003 t3 \([0-9.]+ ms\)$'
    expect_err_matches '^3 migrations applied in [0-9.]+ ms, 0 pending; next: tenon generate$'
    expect_file data/deep/app.db
}

test_up_again_has_nothing_to_do() {
    three_pairs
    run "$TENON" migrate up
    run "$TENON" migrate run
    expect_exit 0
    expect_err_contains "Nothing to do: 3 applied, 0 pending; next: tenon migrate status"
}

test_up_count_and_to() {
    three_pairs
    run "$TENON" migrate up -n 1
    expect_exit 0
    expect_equal "$(versions)" "1"
    expect_err_contains "1 migration applied"
    expect_err_contains "2 pending"
    run "$TENON" migrate up --to 0002
    expect_exit 0
    expect_equal "$(versions)" "1 2"
    run "$TENON" migrate up --count 9
    expect_exit 0
    expect_equal "$(versions)" "1 2 3"
}

test_up_to_date_and_number_as_written() {
    export_url
    echo "CREATE TABLE t1 (x);" | write migrations/20250115_001_a.sql
    echo "CREATE TABLE t2 (x);" | write migrations/20250115_002_b.sql
    run "$TENON" migrate up --to 20250115_001
    expect_exit 0
    expect_err_contains "Applied 20250115_001 a ("
    expect_equal "$(versions)" "20250115001"
    run "$TENON" migrate up --to 20250115002
    expect_exit 0
    expect_equal "$(versions)" "20250115001 20250115002"
}

test_up_json() {
    three_pairs
    run "$TENON" migrate up -n 2 --json -q
    expect_exit 0
    expect_err_empty
    expect_json_value '$.v' 1
    expect_json_value '$.dry_run' 0
    expect_json_value '$.applied[1].version' 0002
    expect_json_value '$.applied[1].name' t2
    expect_json_value '$.pending' 1
}

test_up_bad_ranges_are_usage_errors() {
    three_pairs
    run "$TENON" migrate up -n 1 --to 2
    expect_exit 2
    run "$TENON" migrate up --to two
    expect_exit 2
    expect_err_contains "'two' is no version"
    run "$TENON" migrate up --to 0007
    expect_exit 2
    expect_err_contains "there is no migration '0007'"
    run "$TENON" migrate up -n 0
    expect_exit 2
    run "$TENON" migrate up --all
    expect_exit 2
}

test_up_quiet_says_nothing() {
    three_pairs
    run "$TENON" migrate up -q
    expect_exit 0
    expect_out_empty
    expect_err_empty
}

# --- down ---------------------------------------------------------------------------------------

test_down_forms() {
    three_pairs
    "$TENON" migrate up -q
    run "$TENON" migrate down
    expect_exit 0
    expect_err_matches '^Reverted 0003 t3 \('
    expect_err_contains "next: tenon migrate up"
    expect_equal "$(versions)" "1 2"
    "$TENON" migrate up -q
    run "$TENON" migrate revert -n 2
    expect_equal "$(versions)" "1"
    "$TENON" migrate up -q
    run "$TENON" migrate down --to 0002
    expect_equal "$(versions)" "1 2"
    run "$TENON" migrate down --to 0
    expect_equal "$(versions)" ""
    "$TENON" migrate up -q
    run "$TENON" migrate down --all --json
    expect_exit 0
    expect_json_value '$.reverted[0].version' 0003
    expect_json_value '$.pending' 3
    run "$TENON" migrate down
    expect_exit 0
    expect_err_contains "Nothing to revert"
}

test_down_without_down_script_is_refused_by_name() {
    three_pairs
    rm migrations/0002_t2.down.sql
    "$TENON" migrate up -q
    run "$TENON" migrate down --all
    expect_exit 7
    expect_err_contains "migrations/0002_t2.up.sql: error: migration '0002' has no down script"
    expect_err_contains "[migration-no-down]"
    expect_equal "$(versions)" "1 2 3"
}

test_down_to_unknown_or_pending_is_usage_error() {
    three_pairs
    "$TENON" migrate up -q -n 2
    run "$TENON" migrate down --to 9
    expect_exit 2
    run "$TENON" migrate down --to 3
    expect_exit 2
    expect_err_contains "error: migration '3' is not applied"
    run "$TENON" migrate down --all -n 1
    expect_exit 2
    expect_equal "$(versions)" "1 2"
}

# --- dry run ------------------------------------------------------------------------------------

test_dry_run_creates_nothing() {
    three_pairs
    run "$TENON" migrate up --dry-run
    expect_exit 0
    expect_no_file app.db
    expect_no_file app.db-wal
    expect_out_contains "CREATE TABLE t2 (id INTEGER PRIMARY KEY);"
    expect_out_contains "BEGIN IMMEDIATE;"
    expect_out_contains "INSERT INTO _sqlx_migrations"
    expect_err_contains "3 migrations would be applied, nothing has been written; next: tenon migrate up"
    run "$TENON" migrate up --dry-run --json
    expect_json_value '$.applied[1].version' 0002
    local plan
    plan=$(sql :memory: "SELECT json_extract(CAST(readfile('$out') AS TEXT), '\$.applied[1].sql')")
    expect_equal "$(sed -n 3p <<<"$plan")" "CREATE TABLE t2 (id INTEGER PRIMARY KEY);"
}

test_dry_run_repeats_its_flags_for_the_next_command() {
    three_pairs
    run "$TENON" migrate up --dry-run --to 0002
    expect_err_matches 'next: tenon migrate up --to 0002$'
    run "$TENON" migrate up -n 2 --dry-run
    expect_err_matches 'next: tenon migrate up -n 2$'
    "$TENON" migrate up -q
    run "$TENON" migrate down --to 0 --dry-run
    expect_err_matches 'next: tenon migrate down --to 0$'
    run "$TENON" migrate down --all --dry-run
    expect_err_matches 'next: tenon migrate down --all$'
}

test_dry_run_ends_the_last_statement() {
    export_url
    printf 'CREATE TABLE t (x);\nCREATE TABLE u (x)\n\n' | write migrations/1_a.sql
    printf 'CREATE TABLE v (x) -- the last\n' | write migrations/2_b.sql
    run "$TENON" migrate up --dry-run
    expect_exit 0
    expect_out_matches '^CREATE TABLE u \(x\);$'
    expect_equal "$(grep -c '^;$' "$out")" "$(grep -c -- '-- the last$' "$out")"
    sql app.db ".read $out"
    run "$TENON" migrate validate
    expect_exit 0
    expect_err_contains "2 migrations are sound"
}

test_validate_of_one_is_in_the_singular() {
    export_url
    echo "CREATE TABLE t (x);" | write migrations/1_a.sql
    "$TENON" migrate up -q
    run "$TENON" migrate validate
    expect_err_contains "1 migration is sound: 1 applied, 0 pending"
}

test_foreign_keys_off_failure_names_its_file() {
    export_url
    printf 'CREATE TABLE p (id INTEGER PRIMARY KEY);\nCREATE TABLE c (p REFERENCES p);\nINSERT INTO p VALUES (1);\nINSERT INTO c VALUES (1);\n' |
        write migrations/1_a.sql
    printf 'PRAGMA foreign_keys=OFF;\nDELETE FROM p;\n' | write migrations/2_b.sql
    run "$TENON" migrate up
    expect_exit 4
    expect_err_contains "migrations/2_b.sql: error: with foreign keys off, 1 row of 'c' has come to point"
}

test_drop_that_would_cascade_is_shown_with_its_line() {
    export_url
    printf 'CREATE TABLE p (id INTEGER PRIMARY KEY);\nCREATE TABLE c (p REFERENCES p ON DELETE CASCADE);\nINSERT INTO p VALUES (1);\nINSERT INTO c VALUES (1);\n' |
        write migrations/1_a.sql
    printf 'CREATE TABLE n (x);\nDROP TABLE p;\n' | write migrations/2_b.sql
    run "$TENON" migrate up
    expect_exit 4
    expect_err_contains "migrations/2_b.sql:2:1: error: with foreign keys off, 1 row of 'c' has come"
    expect_err_contains "    2 | DROP TABLE p;"
    expect_equal "$(sql app.db 'SELECT count(*) FROM c')" 1
}

test_name_without_underscore_is_left_alone_with_a_warning() {
    three_pairs
    echo "SELECT 1;" | write migrations/4.sql
    echo "SELECT 1;" | write migrations/schema.sql
    run "$TENON" migrate up
    expect_exit 0
    expect_err_contains "migrations/4.sql: warning: left alone: the name of a migration has an underscore behind its version, as in '4_name.sql'"
    expect_err_lacks "schema.sql"
    expect_equal "$(versions)" "1 2 3"
}

test_dry_run_leaves_every_byte_and_prints_what_up_does() {
    three_pairs
    "$TENON" migrate up -q -n 1
    local before
    before=$(snapshot)
    run "$TENON" migrate up --dry-run
    expect_exit 0
    expect_equal "$(snapshot)" "$before"
    cp "${out:?}" ../plan.sql
    sql app.db ".read ../plan.sql"
    run "$TENON" migrate validate
    expect_exit 0
    expect_err_contains "3 applied, 0 pending"
    before=$(snapshot)
    run "$TENON" migrate down --all --dry-run
    expect_exit 0
    expect_out_contains "DELETE FROM _sqlx_migrations WHERE version = 3;"
    expect_equal "$(snapshot)" "$before"
    run "$TENON" migrate down --dry-run --json
    expect_json_value '$.dry_run' 1
    expect_json_value '$.reverted[0].version' 0003
}

# --- status and validate ------------------------------------------------------------------------

test_status_states_and_exit_codes() {
    three_pairs
    "$TENON" migrate up -q -n 2
    run "$TENON" migrate status
    expect_exit 0
    expect_out_matches "^0001	t1	applied	20[0-9-]+ [0-9:]+$"
    expect_out_matches "^0003	t3	pending	$"
    expect_err_contains "2 applied, 1 pending; next: tenon migrate up"
    run "$TENON" migrate info --exit-code
    expect_exit 1
    run "$TENON" migrate list --json
    expect_exit 0
    expect_json_value '$.v' 1
    expect_json_value '$.pending' 1
    expect_json_value '$.migrations[0].version' 0001
    expect_json_value '$.migrations[0].name' t1
    expect_json_value '$.migrations[0].state' applied
    expect_json_value '$.migrations[2].state' pending
    expect_json_value '$.migrations[2].applied_at' ""
    "$TENON" migrate up -q
    run "$TENON" migrate status --exit-code
    expect_exit 0
}

test_status_writes_nothing() {
    three_pairs
    sql app.db "CREATE TABLE z (x)"
    local before
    before=$(snapshot)
    run "$TENON" migrate status
    expect_exit 0
    expect_equal "$(snapshot)" "$before"
    expect_equal "$(sql app.db "SELECT count(*) FROM sqlite_schema")" 1
}

test_status_without_database_is_no_connection() {
    three_pairs
    run "$TENON" migrate status
    expect_exit 3
    expect_err_contains "tenon migrate up"
    expect_no_file app.db
    run "$TENON" migrate down
    expect_exit 3
    run "$TENON" migrate validate
    expect_exit 3
}

test_changed_file_is_refused_and_shown() {
    three_pairs
    "$TENON" migrate up -q -n 2
    echo "-- more" >>migrations/0001_t1.up.sql
    run "$TENON" migrate up
    expect_exit 7
    expect_err_contains "migrations/0001_t1.up.sql: error: migration '0001' has been changed"
    expect_err_contains "[migration-changed]"
    expect_equal "$(versions)" "1 2"
    run "$TENON" migrate down
    expect_exit 7
    run "$TENON" migrate status --json
    expect_exit 0
    expect_json_value '$.migrations[0].state' changed
    run "$TENON" migrate status --exit-code
    expect_exit 1
    run "$TENON" migrate validate
    expect_exit 1
    run "$TENON" migrate validate --json
    expect_exit 1
    expect_json_value '$.valid' 0
    expect_json_value '$.findings[0].code' migration-changed
    expect_json_value '$.findings[0].file' migrations/0001_t1.up.sql
}

test_missing_file_is_refused_and_shown() {
    three_pairs
    "$TENON" migrate up -q
    rm migrations/0002*
    run "$TENON" migrate up
    expect_exit 7
    expect_err_contains "migration '2 t2' was applied on"
    expect_err_contains "[migration-missing]"
    run "$TENON" migrate down
    expect_exit 7
    run "$TENON" migrate validate
    expect_exit 1
    run "$TENON" migrate status --json
    expect_json_value '$.migrations[1].state' missing
    expect_json_value '$.migrations[1].version' 2
}

test_rows_that_sqlx_reads_otherwise_are_explained() {
    export_url
    echo "CREATE TABLE t1 (x);" | write migrations/20250115_001_a.sql
    "$TENON" migrate up -q
    sql app.db "UPDATE _sqlx_migrations SET version = 20250115, description = '001 a'"
    local command says="row 20250115 '001 a' of the history is '20250115_001_a.sql'"
    for command in up down; do
        run "$TENON" migrate $command
        expect_exit 7
        expect_err_contains "migrations/20250115_001_a.sql: error: $says"
        expect_err_contains "[migration-missing]"
    done
    run "$TENON" migrate validate
    expect_exit 1
    expect_err_contains "$says"
    run "$TENON" migrate status
    expect_exit 0
    expect_err_contains "warning: $says"
    expect_equal "$(versions)" 20250115
    sql app.db "$(sed -n 's/.*run "\(UPDATE [^"]*\)".*/\1/p' "$err" | head -n 1)"
    run "$TENON" migrate validate
    expect_exit 0
}

test_line_ends_are_accepted_with_a_notice() {
    three_pairs
    "$TENON" migrate up -q
    sed -i 's/$/\r/' migrations/0001_t1.up.sql
    run "$TENON" migrate validate
    expect_exit 0
    expect_err_contains "differs from what was applied in line ends"
    run "$TENON" migrate up
    expect_exit 0
    run "$TENON" migrate status --json
    expect_json_value '$.migrations[0].state' applied
}

test_validate_of_all_in_order() {
    three_pairs
    "$TENON" migrate up -q
    run "$TENON" migrate validate --json
    expect_exit 0
    expect_json_value '$.valid' 1
    expect_json_value '$.findings' '[]'
}

test_validate_finds_what_cannot_be_split() {
    three_pairs
    "$TENON" migrate up -q
    printf 'SELECT 1;\nSELECT "open;\n' | write migrations/0004_bad.sql
    run "$TENON" migrate validate
    expect_exit 1
    expect_err_contains "migrations/0004_bad.sql:2:8: error: unterminated quoted name"
}

test_out_of_order_setting() {
    three_pairs
    "$TENON" migrate up -q
    echo "CREATE TABLE t0 (x);" | write migrations/0000_t0.sql
    printf '[migrations]\nout-of-order = error\n' | write tenon.ini
    run "$TENON" migrate up
    expect_exit 7
    expect_err_contains "migration '0000' is pending and older than '0003'"
    run "$TENON" migrate validate
    expect_exit 1
    printf '[migrations]\nout-of-order = warn\n' | write tenon.ini
    run "$TENON" migrate up
    expect_exit 0
    expect_err_contains "warning: migration '0000' is older"
    expect_equal "$(versions)" "0 1 2 3"
}

# --- bad input ----------------------------------------------------------------------------------

test_syntax_error_is_shown_at_its_place_and_rolled_back() {
    three_pairs
    printf 'CREATE TABLE t4 (x);\n\nCREATE TABLE t5 (\n  id INTEGER,\n  name TEXT NOT NUL\n);\n' |
        write migrations/0004_bad.up.sql
    run "$TENON" migrate up
    expect_exit 4
    expect_err_contains "migrations/0004_bad.up.sql:5:17: error: syntax error near 'NUL' [migration-failed]"
    expect_err_contains "    5 |   name TEXT NOT NUL"
    expect_err_matches '^ +\| +\^~~$'
    expect_equal "$(versions)" "1 2 3"
    expect_equal "$(tables)" "t1 t2 t3"
}

test_failure_inside_a_trigger_is_shown_at_its_place() {
    export_url
    printf 'CREATE TABLE t (x);\nCREATE TRIGGER r AFTER INSERT ON t\nBEGIN\n  UPDATE t SET x = 1;\n  DELETE FRM t;\nEND;\n' |
        write migrations/1_a.sql
    run "$TENON" migrate up
    expect_exit 4
    expect_err_contains "migrations/1_a.sql:5:10: error: syntax error near 'FRM'"
}

test_json_diagnostics_have_the_place() {
    export_url
    printf 'SELECT 1;\nSELEKT 2;\n' | write migrations/1_a.sql
    run "$TENON" migrate up --diagnostics=json
    expect_exit 4
    expect_err_contains '"code":"migration-failed"'
    expect_err_contains '"file":"migrations/1_a.sql","line":2,"column":1'
}

test_constraint_failure_is_rolled_back() {
    three_pairs
    printf 'INSERT INTO t1 VALUES (1);\nINSERT INTO t1 VALUES (1);\n' | write migrations/0004_x.sql
    run "$TENON" migrate up
    expect_exit 4
    expect_err_contains "migrations/0004_x.sql:2:1: error: unique constraint failed"
    expect_equal "$(sql app.db 'SELECT count(*) FROM t1')" 0
}

test_partly_applied_is_5_and_then_refused() {
    export_url
    printf -- '-- no-transaction\nCREATE TABLE t1 (x);\nSELECT nowhere;\n' | write migrations/1_a.sql
    run "$TENON" migrate up
    expect_exit 5
    expect_err_contains "migrations/1_a.sql:3:8: error: no such column 'nowhere'"
    expect_err_contains "statement 1 of 2 of its up script is applied"
    expect_err_contains "DELETE FROM _tenon_state WHERE name = 'migration 1'"
    run "$TENON" migrate status --json
    expect_exit 0
    expect_json_value '$.migrations[0].state' partial
    run "$TENON" migrate up
    expect_exit 7
    expect_err_contains "is partly applied: statement 1 of 2"
    run "$TENON" migrate validate
    expect_exit 1
}

test_duplicate_version_names_both_files() {
    three_pairs
    echo "SELECT 1;" | write migrations/2_again.sql
    run "$TENON" migrate up
    expect_exit 2
    expect_err_contains "migrations/0002_t2.up.sql"
    expect_err_contains "migrations/2_again.sql"
    expect_err_contains "[migration-duplicate]"
    expect_no_file app.db
}

test_file_that_is_not_utf8_is_shown_at_its_line() {
    export_url
    printf "SELECT 1;\nSELECT 'caf\xe9';\n" | write migrations/1_a.sql
    run "$TENON" migrate up
    expect_exit 2
    expect_err_contains "migrations/1_a.sql:2:12: error:"
    expect_err_contains "[migration-encoding]"
    expect_no_file app.db
    printf 'SELECT 1;\n\0' | write migrations/1_a.sql
    run "$TENON" migrate status
    expect_exit 2
    expect_err_contains "a NUL byte"
}

test_file_name_without_version_is_usage_error() {
    export_url
    echo "SELECT 1;" | write migrations/seed_data.sql
    run "$TENON" migrate up
    expect_exit 2
    expect_err_contains "migrations/seed_data.sql"
    expect_err_contains "[migration-name]"
}

test_doubtful_down_is_shown_at_its_line() {
    export_url
    printf -- '-- UP\nCREATE TABLE t (x);\n-- DOWN\n-- DROP TABEL t;\n' | write migrations/1_a.sql
    run "$TENON" migrate up
    expect_exit 2
    expect_err_contains "migrations/1_a.sql:4:4: error: reads like a statement"
    expect_err_contains "    4 | -- DROP TABEL t;"
    expect_err_contains "[migration-ambiguous]"
}

test_near_marks_are_shown_and_nothing_is_run() {
    export_url
    printf -- '-- up\nCREATE TABLE t (x);\n-- down\nDROP TABLE t;\n' | write migrations/1_a.sql
    run "$TENON" migrate up
    expect_exit 2
    expect_err_contains "migrations/1_a.sql:1:1: error: both directions in one file need '-- UP'"
    expect_err_contains "name it '1_a.up.sql' if all of it is to be run [migration-ambiguous]"
    expect_err_contains "    1 | -- up"
    expect_no_file app.db
    printf -- '-- migrate:up\nCREATE TABLE t (x);\n-- migrate:down\nDROP TABLE t;\n' | write migrations/1_a.sql
    run "$TENON" migrate status
    expect_exit 2
    expect_err_contains "migrations/1_a.sql:1:1: error: a mark of dbmate"
}

test_missing_folder_is_usage_error_with_the_next_command() {
    export_url
    run "$TENON" migrate up
    expect_exit 2
    expect_err_contains "cannot read 'migrations': no such file or folder [unreadable]"
    expect_err_contains "tenon migrate add NAME"
    expect_no_file app.db
    run "$TENON" migrate status --migrations elsewhere
    expect_exit 2
    expect_err_contains "'elsewhere'"
}

test_file_where_the_folder_should_be_is_usage_error() {
    export_url
    echo | write migrations
    run "$TENON" migrate up
    expect_exit 2
    run "$TENON" migrate add x
    expect_exit 2
}

test_unreadable_migration_is_usage_error() {
    export_url
    mkdir migrations
    ln -s /nowhere migrations/1_a.sql
    run "$TENON" migrate up
    expect_exit 2
    expect_err_contains "migrations/1_a.sql"
    expect_err_contains "[unreadable]"
}

# As a user who is held by permissions: oneself, or nobody where root runs the tests.
as_user() {
    if [ "$(id -u)" -ne 0 ]; then "$@"; else setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; fi
}

# The scratch folder is that user's, too; skip where there is none.
let_user_in() {
    [ "$(id -u)" -eq 0 ] || return 0
    command -v setpriv >/dev/null || skip "needs setpriv, or a user other than root"
    chmod o+rx "${tn_scratch:?}"
    chmod -R o+rwX .
    as_user test -x "$TENON" || skip "the program is not within reach of other users"
}

test_folder_without_rights_is_usage_error() {
    three_pairs
    let_user_in
    chmod 000 migrations
    run as_user "$TENON" migrate up
    expect_exit 2
    expect_err_contains "cannot read 'migrations': permission denied"
    chmod 755 migrations
    chmod 000 migrations/0002_t2.up.sql
    run as_user "$TENON" migrate up
    expect_exit 2
    expect_err_contains "cannot read 'migrations/0002_t2.up.sql': permission denied"
    expect_no_file app.db
}

test_read_only_database_is_3() {
    three_pairs
    "$TENON" migrate up -q -n 1
    sql app.db "PRAGMA journal_mode = delete" >/dev/null
    let_user_in
    chmod 444 app.db
    chmod 555 .
    run as_user "$TENON" migrate up
    expect_exit 3
    chmod 755 .
    run "$TENON" migrate up --url "sqlite:app.db?mode=ro"
    expect_exit 3
    expect_equal "$(versions)" "1"
}

test_database_that_is_none_is_3() {
    three_pairs
    head -c 5000 /dev/urandom >app.db
    local before
    before=$(snapshot)
    run "$TENON" migrate up
    expect_exit 3
    expect_err_contains "[not-a-database]"
    run "$TENON" migrate status
    expect_exit 3
    expect_equal "$(snapshot)" "$before"
}

test_history_of_another_shape_is_7_for_all() {
    three_pairs
    sql app.db "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT)"
    local command
    for command in up "up --dry-run" down status validate; do
        # shellcheck disable=SC2086
        run "$TENON" migrate $command
        expect_exit 7
        expect_err_contains "error: table '_sqlx_migrations' has no column 'installed_on'"
        expect_err_contains "[history-shape]"
    done
    expect_equal "$(sql app.db "SELECT count(*) FROM sqlite_schema")" 2
}

test_read_only_connection_is_shown_with_the_file() {
    export_url
    printf 'PRAGMA query_only=ON;\n' | write migrations/1_a.sql
    run "$TENON" migrate up
    expect_exit 4
    expect_err_contains "migrations/1_a.sql: error: attempt to write a readonly database"
    expect_err_contains "[migration-failed]"
}

test_locked_database_is_6() {
    three_pairs
    "$TENON" migrate up -q -n 1
    mkfifo hold
    sqlite3 -batch -init /dev/null app.db <hold >locked 2>&1 &
    local shell=$!
    exec 8>hold
    echo "BEGIN IMMEDIATE; SELECT 'locked';" >&8
    until grep -q locked locked; do sleep 0.05; done
    run "$TENON" migrate up --url "sqlite:app.db?busy_timeout=50ms"
    expect_exit 6
    expect_err_contains "database is locked ('app.db') [locked]"
    run "$TENON" migrate status
    expect_exit 0
    echo ROLLBACK\; >&8
    exec 8>&-
    wait "$shell"
    expect_equal "$(versions)" "1"
}

test_two_at_once_apply_each_once() {
    three_pairs
    local pids=() pid
    for _ in 1 2 3; do
        "$TENON" migrate up -q &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do wait "$pid" || fail "a migrator failed"; done
    expect_equal "$(versions)" "1 2 3"
}

# --- add ----------------------------------------------------------------------------------------

test_add_makes_folder_and_pair_by_time() {
    export_url
    run "$TENON" migrate add "create users"
    expect_exit 0
    expect_out_matches '^migrations/20[0-9]{12}_create_users\.up\.sql$'
    expect_out_matches '^migrations/20[0-9]{12}_create_users\.down\.sql$'
    expect_err_contains "next: write its SQL, then: tenon migrate up"
    expect_file "$(head -1 "$out")"
    run "$TENON" migrate up
    expect_exit 0
}

test_add_flags_and_aliases() {
    run "$TENON" migrate new a --simple --sequential
    expect_exit 0
    expect_out "migrations/0001_a.sql"
    run "$TENON" migrate generate b
    expect_exit 0
    expect_out "migrations/0002_b.sql"
    run "$TENON" migrate add c -r
    expect_out "migrations/0003_c.up.sql
migrations/0003_c.down.sql"
    run "$TENON" migrate add -s --simple d
    expect_out "migrations/0004_d.sql"
    run "$TENON" migrate add -t e --json
    expect_exit 0
    expect_json_value '$.v' 1
    expect_out_matches '"created":\["migrations/20[0-9]{12}_e\.sql"\]'
}

test_add_bad_lines_are_usage_errors() {
    run "$TENON" migrate add
    expect_exit 2
    run "$TENON" migrate add a b
    expect_exit 2
    run "$TENON" migrate add ../a
    expect_exit 2
    expect_no_file migrations
    run "$TENON" migrate add a -r --simple
    expect_exit 2
    run "$TENON" migrate add a -s -t
    expect_exit 2
}

# --- embed --------------------------------------------------------------------------------------

embed_program() {
    write main.c <<'EOF'
#include <stdio.h>
#include <tenon/db.h>
#include "gen/m.h"
int main(void)
{
    tn_db *db;
    tn_error err;
    if (tn_db_open(&db, "sqlite:embedded.db?mode=rwc", NULL, &err) != TN_OK ||
        tn_migrate(db, &app_migrations, NULL, NULL, &err) != TN_OK) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    tn_db_close(db);
    return 0;
}
EOF
}

test_embedded_set_does_what_the_folder_does() {
    three_pairs
    cp "$TENON_SOURCE"/examples/acolib/migrations-seed/*.sql migrations/
    printf -- '-- no-transaction\nVACUUM;\n' | write migrations/20990101000000_vacuum.sql
    printf '[generate]\nprefix = app\n' | write tenon.ini
    run "$TENON" migrate embed -o gen/m.c
    expect_exit 0
    expect_err_contains "Wrote 'gen/m.c' and 'gen/m.h'"
    expect_file gen/m.h
    ! grep -q "$PWD" gen/m.c || fail "an absolute path"
    run "$TENON" migrate embed -o gen/m.c --json
    expect_json_value '$.changed' 0
    expect_json_value '$.symbol' app_migrations
    expect_json_value '$.migrations' 11
    embed_program
    local flags=(-I"$TENON_SOURCE/include" -I"$TENON_BUILD/include" -Wall -Wextra -Wpedantic -Wconversion -Werror)
    grep -q 'SANITIZE:STRING=$' "$TENON_BUILD/CMakeCache.txt" ||
        flags+=("-fsanitize=$(sed -n 's/^TENON_SANITIZE:STRING=//p' "$TENON_BUILD/CMakeCache.txt")")
    cc -std=c11 "${flags[@]}" -c gen/m.c -o m.o
    c++ -std=c++17 "${flags[@]}" -x c++ -c gen/m.c -o m++.o
    cc -std=c11 "${flags[@]}" -c main.c -o main.o
    local object
    for object in m.o m++.o; do
        rm -f embedded.db*
        cc "${flags[@]}" main.o $object -L"$TENON_BUILD/src" -ltenon -Wl,-rpath,"$TENON_BUILD/src" -o main
        run ./main
        expect_exit 0
        "$TENON" migrate validate -q --url sqlite:embedded.db
        "$TENON" migrate up -q
        expect_equal "$(sql embedded.db .schema)" "$(sql app.db .schema)" schema
        expect_equal "$(sql embedded.db 'SELECT version, description, hex(checksum) FROM _sqlx_migrations')" \
            "$(sql app.db 'SELECT version, description, hex(checksum) FROM _sqlx_migrations')" history
    done
}

test_embed_leaves_files_of_others_alone() {
    three_pairs
    echo "int main(void) { return 0; }" | write p.c
    run "$TENON" migrate embed -o p.c
    expect_exit 7
    expect_err_contains "'p.c' exists and is not written by 'tenon migrate embed'"
    expect_no_file p.h
    expect_equal "$(cat p.c)" "int main(void) { return 0; }"
    rm p.c
    echo "#define P 1" | write p.h
    run "$TENON" migrate embed -o p.c
    expect_exit 7
    expect_err_contains "'p.h' exists"
    expect_no_file p.c
    rm p.h
    run "$TENON" migrate embed -o p.c
    expect_exit 0
    echo "SELECT 1;" | write migrations/0004_x.sql
    run "$TENON" migrate embed -o p.c
    expect_exit 0
    expect_err_contains "Wrote 'p.c'"
}

test_embed_bad_lines_are_usage_errors() {
    three_pairs
    run "$TENON" migrate embed
    expect_exit 2
    run "$TENON" migrate embed -o m.txt
    expect_exit 2
    expect_err_contains "'m.txt' does not end in '.c'"
    printf "SELECT 1;\nSELECT 'x;\n" | write migrations/0004_bad.sql
    run "$TENON" migrate embed -o m.c
    expect_exit 2
    expect_err_contains "migrations/0004_bad.sql:2:8: error: unterminated string"
    expect_err_contains "    2 | SELECT 'x;"
    expect_no_file m.c
}

run_tests
