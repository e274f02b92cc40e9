#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The program from end to end. Needs AIT42 (the program); TENON and TENON_SOURCE as tests/cli has them.
# shellcheck source=/dev/null
source "$TENON_SOURCE/tests/cli/lib.sh"

example=$TENON_SOURCE/examples/ait42

# A database of its own, in the scratch folder.
database() {
    export DATABASE_URL=sqlite:$PWD/sessions.db
    mkdir -p shop ledger docs
}

test_no_arguments_usage() {
    run "$AIT42"
    expect_exit 2
    expect_err_contains "usage: ait42"
    run "$AIT42" help
    expect_exit 0
    expect_out_contains "session create TASK"
    run "$AIT42" help session create
    expect_out_contains "--runtimes A,B"
    run "$AIT42" session search --help
    expect_out_contains "--sort ORDER"
    expect_no_file "$HOME/.ait42"
}

test_mistakes_are_usage_errors() {
    database
    local line
    while read -r line; do
        # shellcheck disable=SC2086
        run "$AIT42" $line
        [ "$status" -eq 2 ] || fail "not a mistake: $line"
    done <<'LINES'
session fly
session create
session create a b
session create a --colour red
session create a --type duel
session create a --timeout soon
session create a --runtimes
session create a --keep-worktrees=yes
session status s1 done
session complete s1 --winner first
session winner s1 first
session waiting running done
session delete
session search --status done
session search --since yesterday
session search --sort latest
session list --limit many
instance show s1 first
instance update s1 0 --ended soon
message add s1 nobody hello
help fly
LINES
}

test_first_start_makes_the_file_in_the_home_folder() {
    run "$AIT42" status
    expect_exit 0
    expect_out_contains "1 applied, 0 pending"
    expect_out_contains "import      pending, schema version 1"
    expect_file "$HOME/.ait42/sessions.db"
    expect_equal "$(stat -c %a "$HOME/.ait42")" 700
    rm -r "$HOME/.ait42"
}

test_session_from_its_beginning_to_its_end() {
    database
    local id
    id=$("$AIT42" session create 'Fix the login' --workspace shop --runtimes claude,codex --model opus --timeout 600)
    run "$AIT42" session show "$id"
    expect_exit 0
    expect_out_matches "^status +running"
    expect_out_matches "^runtime +codex"
    expect_out_contains "ait42/$id/1"
    run "$AIT42" message add "$id" assistant 'It is the cookie.' --instance 1
    expect_exit 0
    run "$AIT42" message edit "$(cat "$out")" 'It was the cookie.'
    expect_exit 0
    run "$AIT42" message list "$id"
    expect_out_matches "assistant +1 +It was the cookie.$"
    run "$AIT42" instance update "$id" 1 --status completed --files 3 --added 40 --deleted 7 --ended now --output 'all is well'
    expect_exit 0
    run "$AIT42" instance show "$id" 1
    expect_out_matches "^output +all is well"
    run "$AIT42" instance list "$id"
    expect_equal "$(wc -l <"$out")" 2
    run "$AIT42" instance busy
    expect_equal "$(wc -l <"$out")" 1
    run "$AIT42" session status "$id" paused
    expect_exit 0
    run "$AIT42" session update "$id" --task 'Fix the login page' --keep-worktrees
    expect_exit 0
    run "$AIT42" session complete "$id" --winner 1
    expect_exit 0
    run "$AIT42" session show "$id"
    expect_out_matches "^task +Fix the login page"
    expect_out_matches "^model +opus"
    expect_out_matches "^winner +1"
    expect_out_matches "^added +40"
    run "$AIT42" session complete "$id"
    expect_exit 4
    expect_err_contains "ValidationError"
    run "$AIT42" session winner "$id"
    expect_exit 0
    run "$AIT42" session delete "$id"
    expect_exit 0
    run "$AIT42" session show "$id"
    expect_exit 1
    expect_err_contains "SessionNotFound: there is no session '$id'"
}

test_sessions_are_deleted_together_or_not_at_all() {
    database
    for id in a b c; do
        "$AIT42" session create "task $id" --workspace shop --id "$id" >/dev/null
    done
    run "$AIT42" session delete a gone c
    expect_exit 1
    expect_err_contains "SessionNotFound: there is no session 'gone'"
    run "$AIT42" session recent
    expect_equal "$(wc -l <"$out")" 3
    run "$AIT42" session delete a c
    expect_exit 0
    run "$AIT42" session recent
    expect_equal "$(wc -l <"$out")" 1
}

test_session_that_is_refused_leaves_nothing() {
    database
    run "$AIT42" session create 'Twice the same' --workspace shop --runtimes claude,claude
    expect_exit 4
    expect_err_contains "session_runtime_mix.runtime"
    run "$AIT42" status
    expect_out_contains "0 workspaces, 0 sessions, 0 instances"
    run "$AIT42" session create '' --workspace shop
    expect_exit 4
    expect_err_contains task_not_empty
    run "$AIT42" session create 'Nowhere' --workspace nowhere
    expect_exit 3
    expect_err_contains IoError
}

test_workspaces_are_found_by_any_way() {
    database
    ln -s shop link
    "$AIT42" workspace open shop >/dev/null
    run "$AIT42" workspace open link
    expect_out_matches "$PWD/shop$"
    run "$AIT42" workspace list
    expect_equal "$(wc -l <"$out")" 1
    run "$AIT42" workspace show ./shop/../shop
    expect_out_matches "^hash +$(printf %s "$PWD/shop" | sha256sum | cut -d ' ' -f 1)$"
    run "$AIT42" workspace show ledger
    expect_exit 1
    expect_err_contains "WorkspaceNotFound: there is no workspace '$PWD/ledger'"
    run "$AIT42" workspace delete shop
    expect_exit 0
    run "$AIT42" workspace delete shop
    expect_exit 1
}

test_sample_is_loaded_and_searched() {
    database
    run "$AIT42" load "$example/sample/sessions.tsv"
    expect_exit 0
    expect_out "60 sessions, 184 instances, 296 messages"
    run "$AIT42" session list shop
    expect_exit 0
    expect_err_contains "20 sessions"
    run "$AIT42" session search '100%' --workspace shop --status completed
    expect_exit 0
    expect_equal "$(wc -l <"$out")" 3
    run "$AIT42" session search über --sort oldest
    expect_out_empty # ASCII letters alone are alike in either case
    run "$AIT42" session search überblick
    expect_out_empty
    run "$AIT42" session search Überblick
    [ -s "$out" ] || fail "nothing found"
    run "$AIT42" session search --type competition --model opus --since 2025-02-01 --until 2025-02-15 --limit 3 --sort task
    expect_equal "$(wc -l <"$out")" 3
    run "$AIT42" session waiting
    expect_equal "$(wc -l <"$out")" 3
    run "$AIT42" session waiting paused running
    expect_exit 0
    [ "$(wc -l <"$out")" -gt 3 ] || fail "nothing is paused"
    run "$AIT42" instance busy running failed
    expect_exit 0
    run "$AIT42" session recent --limit 2
    expect_equal "$(wc -l <"$out")" 2
    run "$AIT42" session changed --since 2025-02-20
    [ -s "$out" ] || fail "nothing changed"
    run "$AIT42" session changed
    expect_out_empty
    run "$AIT42" message recent
    expect_equal "$(wc -l <"$out")" 20
    run "$AIT42" stats
    expect_out_matches "27 +competition +completed"
    expect_out_matches "184 +messages +assistant"
}

test_sample_is_what_its_script_writes() {
    sqlite3 -batch -init /dev/null :memory: <"$example/sample/generate.sql" >sessions.tsv
    run cmp sessions.tsv "$example/sample/sessions.tsv"
    expect_exit 0
}

test_full_output_is_an_error() {
    database
    [ -e /dev/full ] || skip "no /dev/full"
    run_shell "'$AIT42' status >/dev/full"
    expect_exit 4
}

run_tests
