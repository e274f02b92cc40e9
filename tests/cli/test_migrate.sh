#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The commands of the family "migrate": every flag and exit code.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/migrating.sh"

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

test_file_that_is_gone_for_good_is_settled_as_the_help_says() {
    export DATABASE_URL=sqlite:app.db
    echo 'CREATE TABLE a (x);' | write migrations/1_a.sql
    run "$TENON" migrate up
    rm migrations/1_a.sql
    echo 'CREATE TABLE b (x);' | write migrations/2_b.sql
    run "$TENON" migrate up
    expect_exit 7
    expect_err_contains "tenon migrate repair 1"
    : >migrations/1_a.sql
    run "$TENON" migrate repair 1
    expect_exit 0
    run "$TENON" migrate up
    expect_exit 0
    expect_equal "$(sql app.db "SELECT name FROM sqlite_schema WHERE name IN ('a', 'b')" | xargs)" "a b"
}

run_tests
