#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# redo, refresh, reset, fresh; baseline, skip, resume, resolve, repair; and what has to be confirmed.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"
# shellcheck source=migrating.sh
source "$(dirname "$0")/migrating.sh"

applied_pairs() {
    three_pairs
    run "$TENON" migrate up
    expect_exit 0
}

test_redo_reverts_and_applies_the_last() {
    applied_pairs
    sql app.db 'INSERT INTO t3 VALUES (1); INSERT INTO t2 VALUES (1)'
    run "$TENON" migrate redo
    expect_exit 0
    expect_err_contains "Reverted 0003 t3"
    expect_err_contains "Applied 0003 t3"
    expect_err_contains "1 reverted, 1 applied"
    expect_equal "$(sql app.db 'SELECT count(*) FROM t3')" 0
    expect_equal "$(sql app.db 'SELECT count(*) FROM t2')" 1
    run "$TENON" migrate redo -n 2 --json
    expect_exit 0
    expect_json_value '$.v' 1
    expect_json_value '$.reverted[0].version' 0003
    expect_json_value '$.applied[1].version' 0003
    expect_json_value '$.pending' 0
}

test_destructive_ones_have_to_be_confirmed() {
    local command
    applied_pairs
    for command in refresh reset fresh; do
        run "$TENON" migrate $command
        expect_exit 7
        expect_err_contains "it has to be confirmed"
        expect_err_contains "pass --yes, or --confirm app.db"
        run "$TENON" migrate $command --confirm other.db
        expect_exit 7
        expect_err_contains "the database is 'app.db'"
        expect_equal "$(tables)" "t1 t2 t3"
    done
}

test_refresh_and_reset_go_all_the_way() {
    applied_pairs
    sql app.db 'INSERT INTO t1 VALUES (1)'
    run "$TENON" migrate refresh --yes
    expect_exit 0
    expect_err_contains "3 reverted, 3 applied"
    expect_equal "$(sql app.db 'SELECT count(*) FROM t1')" 0
    run "$TENON" migrate reset --confirm app.db --json
    expect_exit 0
    expect_json_value '$.pending' 3
    expect_equal "$(tables)" ""
}

test_refresh_without_a_down_script_reverts_nothing() {
    applied_pairs
    rm migrations/0002_t2.down.sql
    run "$TENON" migrate refresh -y
    expect_exit 7
    expect_err_contains "0002"
    expect_equal "$(tables)" "t1 t2 t3"
}

test_fresh_drops_what_no_migration_made() {
    applied_pairs
    rm migrations/*.down.sql
    sql app.db 'CREATE TABLE t9 (x REFERENCES t1); CREATE VIEW v AS SELECT 1'
    run "$TENON" migrate fresh --yes
    expect_exit 0
    expect_equal "$(tables)" "t1 t2 t3"
    expect_equal "$(sql app.db "SELECT count(*) FROM sqlite_schema WHERE type = 'view'")" 0
    rm app.db
    run "$TENON" migrate fresh --yes --json
    expect_exit 0
    expect_json_value '$.dropped' 0
    expect_json_value '$.applied[2].version' 0003
}

test_baseline_and_skip_note_without_running() {
    export_url
    for i in 1 2 3; do echo "CREATE TABLE t$i (x);" | write "migrations/000$i""_t$i.sql"; done
    run "$TENON" migrate baseline 0002 --dry-run
    expect_exit 0
    expect_equal "$(ls app.db 2>/dev/null)" ""
    run "$TENON" migrate baseline 0002
    expect_exit 0
    expect_err_contains "Noted 0001 t1"
    expect_err_contains "2 migrations, 1 pending"
    run "$TENON" migrate skip 3 --json
    expect_exit 0
    expect_json_value '$.migrations[0].state' applied
    expect_equal "$(tables)" ""
    run "$TENON" migrate up
    expect_exit 0
    run "$TENON" migrate skip 3
    expect_exit 7
    run "$TENON" migrate baseline 9
    expect_exit 2
    run "$TENON" migrate baseline x
    expect_exit 2
    run "$TENON" migrate baseline
    expect_exit 2
}

test_resume_and_resolve_settle_what_is_partial() {
    export_url
    printf -- '-- no-transaction\nCREATE TABLE t1 (x);\nSELECT nowhere;\nCREATE TABLE t2 (x);\n' |
        write migrations/1_a.sql
    run "$TENON" migrate up
    expect_exit 5
    run "$TENON" migrate resume
    expect_exit 5
    printf -- '-- no-transaction\nCREATE TABLE t9 (x);\nSELECT 1;\nCREATE TABLE t2 (x);\n' |
        write migrations/1_a.sql
    run "$TENON" migrate resume
    expect_exit 7
    expect_err_contains "changed in the file since: put the old text back, or run \"tenon migrate resolve 1 --applied|--reverted\""
    printf -- '-- no-transaction\nCREATE TABLE t1 (x);\nSELECT 1;\nCREATE TABLE t2 (x);\n' |
        write migrations/1_a.sql
    run "$TENON" migrate resume
    expect_exit 0
    expect_err_contains "Applied 1 a"
    expect_equal "$(tables)" "t1 t2"
    run "$TENON" migrate resume
    expect_exit 7
    expect_err_contains "no migration is partly applied"
    printf -- '-- no-transaction\nCREATE TABLE t3 (x);\nSELECT nowhere;\n' | write migrations/2_b.sql
    run "$TENON" migrate up
    expect_exit 5
    run "$TENON" migrate resolve 2
    expect_exit 2
    run "$TENON" migrate resolve 2 --applied --reverted
    expect_exit 2
    run "$TENON" migrate resolve 2 --applied
    expect_exit 0
    run "$TENON" migrate status --exit-code
    expect_exit 0
    run "$TENON" migrate resolve 2 --reverted
    expect_exit 7
}

test_repair_takes_line_ends_and_named_files() {
    export_url
    printf 'CREATE TABLE t1 (x);\n' | write migrations/1_a.sql
    run "$TENON" migrate up
    printf 'CREATE TABLE t1 (x);\r\n' | write migrations/1_a.sql
    run "$TENON" migrate repair
    expect_exit 0
    expect_err_contains "Repaired 1 a"
    printf 'CREATE TABLE t1 (y);\n' | write migrations/1_a.sql
    run "$TENON" migrate up
    expect_exit 7
    run "$TENON" migrate repair
    expect_exit 0
    expect_err_contains "0 migrations"
    expect_err_contains "migrations/1_a.sql: warning: left alone: migration '1' differs"
    expect_err_contains "accept it: tenon migrate repair 1"
    run "$TENON" migrate repair 1
    expect_exit 0
    expect_err_lacks "left alone"
    run "$TENON" migrate up
    expect_exit 0
}

run_tests
