#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The program from end to end.
# Needs ACOLIB (the program); TENON and TENON_SOURCE as tests/cli has them.
source "$TENON_SOURCE/tests/cli/lib.sh"

example=$TENON_SOURCE/examples/acolib
acolib=$ACOLIB

# A database with rows in it, as DATABASE_URL.
database() {
    export DATABASE_URL=sqlite:$PWD/orchestrator.db
    "$acolib" init >/dev/null 2>&1
}

new_task() { "$acolib" task create "$1" "${@:2}"; }

# --- the program

test_no_arguments_usage() {
    run "$acolib"
    expect_exit 2
    expect_err_contains "usage: acolib"
    run "$acolib" help
    expect_exit 0
    expect_out_contains "task create TITLE"
    run "$acolib" help task create
    expect_exit 0
    expect_out_contains "--workspace PATH"
}

test_mistakes_are_usage_errors() {
    database
    run "$acolib" task frobnicate
    expect_exit 2
    expect_err_contains "no command 'task frobnicate'"
    run "$acolib" task create
    expect_exit 2
    expect_err_contains "wants TITLE"
    run "$acolib" task create a b
    expect_exit 2
    run "$acolib" task create a --colour red
    expect_exit 2
    expect_err_contains "no option --colour"
    run "$acolib" task list --limit many
    expect_exit 2
    run "$acolib" task list --since yesterday
    expect_exit 2
    run "$acolib" task list --status failed --type tool
    expect_exit 2
}

test_database_missing_says_what_to_do() {
    run "$acolib" --db sqlite:nowhere.db status
    expect_exit 3
    expect_err_contains "acolib init"
    expect_no_file nowhere.db
}

test_database_that_is_none_is_refused() {
    echo "this is no database, and longer than a header of one hundred bytes, as far as I can see; well" >text.db
    run "$acolib" --db sqlite:text.db task list
    expect_exit 3
    expect_equal "$(head -c 4 text.db)" this
}

test_init_migrates_and_says_so() {
    run "$acolib" --db sqlite:deep/er/o.db init
    expect_exit 0
    expect_err_contains "create triggers"
    expect_out "7 applied, 7 now"
    run "$acolib" --db sqlite:deep/er/o.db init
    expect_out "7 applied, 0 now"
}

test_init_from_the_seed_folder_gives_the_same_schema() {
    run "$acolib" --db sqlite:a.db init --migrations "$example/migrations-seed"
    expect_exit 0
    run "$acolib" --db sqlite:b.db init
    expect_exit 0
    expect_equal "$(sql a.db .schema)" "$(sql b.db .schema)" "schema"
    # Its files are not this program's: it says so and leaves the database alone.
    run "$acolib" --db sqlite:a.db task list
    expect_exit 7
    expect_err_contains "changed"
}

test_pending_migration_is_applied_when_the_program_starts() {
    database
    sql orchestrator.db "DROP TRIGGER tasks_updated_at; DROP TRIGGER workflows_updated_at;
        DROP TRIGGER sessions_updated_at; DROP TRIGGER configurations_updated_at;
        DELETE FROM _sqlx_migrations WHERE version = 20250115007"
    run "$acolib" status
    expect_exit 1
    expect_out_contains "6 applied, 1 pending"
    run "$acolib" task list
    expect_exit 0
    expect_equal "$(sql orchestrator.db "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'")" 4
}

test_task_life() {
    database
    local id
    id=$(new_task 'Run the tests' --type script --workspace /w/ledger --config '{"a":1}')
    run "$acolib" task complete "$id"
    expect_exit 1
    expect_err_contains "is not running"
    run "$acolib" task start "$id"
    expect_exit 0
    run "$acolib" task start "$id"
    expect_exit 1
    run "$acolib" task fail "$id" "exit 2"
    expect_exit 0
    run "$acolib" task show "$id"
    expect_exit 0
    expect_out_matches "^status +failed"
    expect_out_matches "^error +exit 2"
    expect_out_matches "^workspace +/w/ledger"
    run "$acolib" task list --status failed
    expect_out_contains "Run the tests"
    run "$acolib" task list --workspace /w/other
    expect_out_empty
    run "$acolib" task cancel "$id"
    expect_exit 1
    run "$acolib" task delete "$id"
    expect_exit 0
    run "$acolib" task show "$id"
    expect_exit 1
}

test_task_with_log_is_deleted_only_on_request() {
    database
    local id execution
    id=$(new_task 'Find dead code')
    execution=$("$acolib" exec start "$id" search_code)
    run "$acolib" task delete "$id"
    expect_exit 7
    expect_err_contains "has an audit log"
    run "$acolib" task delete "$id" --with-log
    expect_exit 7
    expect_err_contains "has not ended"
    run "$acolib" exec finish "$execution" --output '{}'
    expect_exit 0
    run "$acolib" task delete "$id" --with-log
    expect_exit 0
    run "$acolib" exec show "$execution"
    expect_exit 1
}

test_execution_life() {
    database
    local id first second
    id=$(new_task 'Look around')
    run "$acolib" exec start no-such-task read_file
    expect_exit 1
    expect_err_contains "no task 'no-such-task'"
    first=$("$acolib" exec queue "$id" read_file '{"path":"a"}')
    run "$acolib" exec finish "$first"
    expect_exit 1
    run "$acolib" exec run "$first"
    expect_exit 0
    run "$acolib" exec finish "$first" --error 'no such file'
    expect_exit 0
    second=$("$acolib" exec start "$id" http_get)
    run "$acolib" exec timeout "$second"
    expect_exit 0
    run "$acolib" exec timeout "$second"
    expect_exit 1
    run "$acolib" exec log --task "$id"
    expect_exit 0
    expect_out_matches "read_file +failed +[0-9]+ ms +no such file"
    expect_out_matches "http_get +timeout +[0-9]+ ms"
    run "$acolib" exec show "$first"
    expect_out_matches "^duration +[0-9]+ ms"
    run "$acolib" exec start "$id" run_command
    run "$acolib" exec timeout --limit 3600
    expect_out "0 timed out"
    run "$acolib" exec timeout --limit 0
    expect_out "1 timed out"
    run "$acolib" exec purge --before 2999-01-01
    expect_out "3 removed"
}

test_workflow_life() {
    database
    local workflow first second
    workflow=$("$acolib" workflow create 'release ledger')
    first=$(new_task 'Build')
    second=$(new_task 'Publish')
    run "$acolib" workflow pause "$workflow"
    expect_exit 1
    run "$acolib" workflow activate "$workflow"
    expect_exit 0
    run "$acolib" workflow add "$workflow" "$second" --at 2
    expect_exit 0
    run "$acolib" workflow add "$workflow" "$first" --at 1
    expect_exit 0
    run "$acolib" workflow add "$workflow" "$first"
    expect_exit 1
    expect_err_contains "already"
    run "$acolib" workflow add "$workflow" nobody
    expect_exit 1
    run "$acolib" workflow show "$workflow"
    expect_exit 0
    expect_equal "$(grep -oE 'Build|Publish' "$out" | tr '\n' ' ')" "Build Publish " "sequence"
    run "$acolib" task show "$first"
    expect_out_contains "release ledger (active), step 1"
    run "$acolib" workflow remove "$workflow" "$first"
    expect_exit 0
    run "$acolib" workflow pause "$workflow"
    run "$acolib" workflow archive "$workflow"
    expect_exit 0
    run "$acolib" workflow add "$workflow" "$first"
    expect_exit 1
    run "$acolib" workflow list --status archived
    expect_out_contains "release ledger"
    run "$acolib" workflow list --name 'release ledger'
    expect_out_contains "archived"
    run "$acolib" workflow delete "$workflow"
    expect_exit 0
    run "$acolib" task show "$second"
    expect_exit 0
}

test_session_life() {
    database
    local id
    id=$("$acolib" session open desk-7 --user ada --type grpc)
    run "$acolib" session heartbeat "$id"
    expect_exit 0
    run "$acolib" session list --client desk-7
    expect_out_matches "active +grpc"
    run "$acolib" session expire
    expect_out "0 expired"
    run "$acolib" session expire --silence 0
    expect_out "1 expired"
    run "$acolib" session heartbeat "$id"
    expect_exit 1
    run "$acolib" session list --active
    expect_out_empty
    run "$acolib" session list --user ada
    expect_out_contains "closed"
    run "$acolib" session open desk-8 --type pigeon
    expect_exit 2
    expect_err_contains "--type is websocket, http or grpc"
    run "$acolib" session purge --silence 0
    expect_out "1 removed"
}

test_config_is_typed_and_secrets_are_hidden() {
    database
    run "$acolib" config set http.port 8080 --type integer
    expect_exit 0
    run "$acolib" config set http.port eighty
    expect_exit 2
    run "$acolib" config set http.port eighty --type string
    expect_exit 7
    run "$acolib" config get http.port
    expect_out 8080
    run "$acolib" config set http.token hunter2 --secret
    expect_exit 0
    run "$acolib" config list
    expect_out_contains "http.token"
    expect_out_lacks hunter2
    run "$acolib" config list --secrets
    expect_out_lacks hunter2
    run "$acolib" config get http.token
    expect_exit 7
    expect_err_lacks hunter2
    run "$acolib" config get http.token --reveal
    expect_out hunter2
    run "$acolib" config set limits '{"cpu":2}' --type json
    expect_exit 0
    run "$acolib" config set limits '{cpu:2}'
    expect_exit 2
    run "$acolib" config list --type json
    expect_out_contains limits
    run "$acolib" config delete limits
    expect_exit 0
    run "$acolib" config get limits
    expect_exit 1
}

test_sample_loads_and_sums_up() {
    database
    run "$acolib" load "$example/sample/orchestrator.tsv"
    expect_exit 0
    expect_out_matches "2000 tasks"
    expect_out_matches "3733 tool_executions"
    expect_equal "$(sql orchestrator.db "PRAGMA foreign_key_check; PRAGMA integrity_check")" ok
    expect_equal "$(sql orchestrator.db "SELECT count(*) FROM tasks
        WHERE error LIKE '%' || char(10) || char(9) || '%'")" \
        "$(grep -c 'exit status 2\\n\\t' "$example/sample/orchestrator.tsv")" "unescaped errors"
    run "$acolib" status
    expect_out_contains "2000 tasks, 36 workflows with 240 links, 3733 executions, 400 sessions"
    run "$acolib" summary
    expect_exit 0
    expect_out_matches "1611 +completed"
    expect_out_matches "^ +run_command +439"
    # A second time: the first row is there already, and nothing is half done.
    run "$acolib" load "$example/sample/orchestrator.tsv"
    expect_exit 4
    expect_err_contains "orchestrator.tsv:2: "
    expect_equal "$(sql orchestrator.db "SELECT count(*) FROM tasks")" 2000
}

test_sample_is_what_its_generator_writes() {
    (cd "$example/sample" && sqlite3 -batch -init /dev/null :memory: <generate.sql) >made.tsv
    cmp made.tsv "$example/sample/orchestrator.tsv"
}

test_load_bad_line_names_it_and_keeps_earlier_batches() {
    database
    head -n 1200 "$example/sample/orchestrator.tsv" >bad.tsv
    printf 'tasks\tonly\tthree\n' >>bad.tsv
    run "$acolib" load bad.tsv
    expect_exit 2
    expect_err_contains "bad.tsv:1201: 3 fields, not 14"
    expect_equal "$(sql orchestrator.db "SELECT (SELECT count(*) FROM tasks)
        + (SELECT count(*) FROM workflows)")" 1000
    run "$acolib" load nowhere.tsv
    expect_exit 3
    printf 'teapots\tx\n' >bad.tsv
    run "$acolib" load bad.tsv
    expect_exit 2
    expect_err_contains "bad.tsv:1: no table"
}

test_plan_names_the_index() {
    database
    run "$acolib" plan task_list_by_status
    expect_exit 0
    expect_out_contains "idx_tasks_status (status=?)"
    run "$acolib" plan no_such_query
    expect_exit 1
}

test_url_forms_of_the_environments() {
    run "$acolib" --db sqlite:orchestrator.db init
    expect_file orchestrator.db
    run "$acolib" --db "sqlite:$PWD/var/lib/acolib/orchestrator.db" init
    expect_file var/lib/acolib/orchestrator.db
    run "$acolib" --db "sqlite:nowhere.db?mode=rw" init
    expect_exit 3
    expect_no_file nowhere.db
    DATABASE_URL=sqlite::memory: run "$acolib" init
    expect_out "7 applied, 7 now"
}

run_tests
