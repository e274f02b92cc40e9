#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A page for each code; the forms of diagnostics; completion; manual pages.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"

codes() { "$TENON" help codes | sed -nE 's/^  ([a-z0-9-]+) +(note|lint|warning|error) .*/\1/p' | sort; }

test_every_code_has_a_page_and_every_page_a_code() {
    local code
    [ "$(codes | wc -l)" -gt 50 ] || fail "no codes"
    expect_equal "$(ls "$TENON_SOURCE/docs/codes" | grep -v README | sed 's/\.md$//' | sort)" "$(codes)"
    for code in $(codes); do
        run "$TENON" explain-code "$code"
        expect_exit 0
        expect_equal "$(head -n 1 "$out")" "# $code"
        expect_out_contains "What to do: "
    done
}

# A code that depends on the engine, or on time, has a test of its own instead.
tested_elsewhere=" sqlite-wal-reset-bug end-of-life idle-in-transaction wraparound-near "

# What tests/docs runs and compares: the output in the console blocks of a page.
recorded() { awk '/^```console$/ { on = 1; next } /^```/ { on = 0 } on && !/^\$ /' "$1"; }

# The output that a code has is recorded on its page, which tests/docs runs.
test_every_code_has_a_recorded_output() {
    local code
    for code in $(codes); do
        if [[ $tested_elsewhere == *" $code "* ]]; then
            grep -qE "expect_err_contains $code( |\$)" "$TENON_SOURCE"/tests/cli/test_*.sh || fail "no test shows $code"
        elif ! recorded "$TENON_SOURCE/docs/codes/$code.md" | grep -qF "[$code]"; then
            fail "docs/codes/$code.md shows no output with [$code]"
        fi
    done
}

test_every_lint_has_a_section_and_every_section_a_lint() {
    local lints
    lints=$("$TENON" help codes | sed -nE 's/^  ([a-z0-9-]+) +lint .*/\1/p' | sort)
    [ "$(wc -l <<<"$lints")" -gt 4 ] || fail "no lints"
    expect_equal "$(sed -nE 's/^### //p' "$TENON_SOURCE/docs/lints.md" | sort)" "$lints"
}

test_explain_code_of_an_unknown_one() {
    run "$TENON" explain-code unkown-column
    expect_exit 2
    expect_err_contains "did you mean 'tenon explain-code unknown-column'?"
    run "$TENON" explain-code
    expect_exit 2
    run "$TENON" explain-code stale --json
    expect_exit 0
    expect_json_value '$.v' 1
    expect_json_value '$.severity' error
}

broken_project() {
    echo 'CREATE TABLE tasks (id INTEGER PRIMARY KEY, titel TEXT NOT NULL);' | write migrations/1_a.sql
    printf -- "-- name: a :many\nSELECT 'ä%%', title FROM tasks;\n" | write queries/tasks.sql
}

test_sarif_is_as_the_standard_has_it() {
    broken_project
    run "$TENON" check --diagnostics=sarif
    expect_exit 1
    cp "$err" sarif.json
    sarif() { sqlite3 -batch :memory: "SELECT json_extract(CAST(readfile('sarif.json') AS TEXT), '$1')"; }
    expect_equal "$(sarif '$.version')" 2.1.0
    expect_equal "$(sarif '$.runs[0].tool.driver.name')" tenon
    expect_equal "$(sarif '$.runs[0].columnKind')" unicodeCodePoints
    expect_equal "$(sarif '$.runs[0].tool.driver.rules[0].id')" unknown-column
    expect_equal "$(sarif '$.runs[0].results[0].ruleId')" unknown-column
    expect_equal "$(sarif '$.runs[0].results[0].level')" error
    local at='$.runs[0].results[0].locations[0].physicalLocation'
    expect_equal "$(sarif "$at.artifactLocation.uri")" queries/tasks.sql
    expect_equal "$(sarif "$at.region.startLine")" 2
    expect_equal "$(sarif "$at.region.startColumn")" 14
    expect_equal "$(sarif "$at.region.endColumn")" 19
    expect_equal "$(sarif '$.runs[0].results[0].relatedLocations[0].physicalLocation.region.startLine')" 1
}

test_sarif_without_findings_is_a_run_without_results() {
    broken_project
    printf -- '-- name: a :many\nSELECT titel FROM tasks;\n' | write queries/tasks.sql
    run "$TENON" check -q --diagnostics=sarif
    expect_exit 0
    cp "$err" sarif.json
    expect_equal "$(sqlite3 :memory: "SELECT json_array_length(CAST(readfile('sarif.json') AS TEXT), '\$.runs[0].results')")" 0
}

test_github_commands_are_escaped() {
    broken_project
    run "$TENON" check --diagnostics=github
    expect_exit 1
    expect_err_contains "::error file=queries/tasks.sql,line=2,col=15,endColumn=20,title=unknown-column::no column 'title' in table 'tasks'%0Ahelp: 'titel'%0Amigrations/1_a.sql:1: note: 'tasks' is created here"
    mkdir 'a,b:c'
    cp -r migrations 'a,b:c/'
    printf -- '-- name: a :many\nSELECT x FROM tasks;\n' | write 'a,b:c/q.sql'
    run "$TENON" check --diagnostics=github 'a,b:c/q.sql'
    expect_err_contains "::error file=a%2Cb%3Ac/q.sql,line=2"
    run "$TENON" --url sqlite:none.db --diagnostics=github database info
    expect_err_contains "::error title=no-database::no database at 'none.db'"
    run "$TENON" check --diagnostics=xml
    expect_exit 2
}

complete_bash() { # WORD…: what bash would offer for the last one
    bash -c 'source <("$0" completion bash); COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _tenon; printf "%s\n" "${COMPREPLY[@]}"' \
        "$TENON" "$@"
}

test_bash_completes_commands_flags_and_choices() {
    run complete_bash tenon mig
    expect_out_contains migrate
    run complete_bash tenon migrate re
    expect_out_contains redo
    expect_out_contains refresh
    expect_out_lacks up
    run complete_bash tenon migrate up --d
    expect_out_contains --dry-run
    expect_out_contains --directory
    run complete_bash tenon check --diagnostics ''
    expect_out_contains sarif
    echo x >file.sql
    run complete_bash tenon check fi
    expect_out_contains file.sql
}

test_bash_knows_what_is_a_value() {
    run complete_bash tenon -C /tmp mig
    expect_out "migrate"
    run complete_bash tenon --url x migrate st
    expect_out "status"
    # As bash cuts the words.
    run complete_bash tenon --url postgres : ///shop migrate st
    expect_out "status"
    run complete_bash tenon --url = "postgres" : "///shop?sslmode" = off migrate st
    expect_out "status"
    run complete_bash tenon --url = sqlite : a.db migrate -n 2 u
    expect_out "up"
    echo x >upper.db
    run complete_bash tenon --url u
    expect_out "upper.db"
    run complete_bash tenon new --build ''
    expect_out "$(printf 'cmake\nmake\nmeson')"
    run complete_bash tenon new -b me
    expect_out "meson"
    run complete_bash tenon check --color = al
    expect_out "always"
}

test_bash_completes_arguments_that_are_known() {
    run complete_bash tenon explain-code unknown-c
    expect_out "unknown-column"
    run complete_bash tenon help ur
    expect_out "urls"
    run complete_bash tenon help migr
    expect_out "migrate"
    run complete_bash tenon help migrate st
    expect_out "status"
    run complete_bash tenon completion z
    expect_out "zsh"
}

test_zsh_and_fish_take_their_completion() {
    run "$TENON" completion tcsh
    expect_exit 2
    run "$TENON" completion zsh
    expect_exit 0
    expect_out_contains "#compdef tenon"
    expect_out_contains "(explain-code) words=( "
    cp "$out" tenon.zsh
    if command -v zsh >/dev/null; then
        run zsh -n tenon.zsh
        expect_exit 0
    fi
    run "$TENON" completion fish
    expect_exit 0
    cp "$out" tenon.fish
    expect_out_contains "-l build -s b -x -a 'cmake make meson'"
    if command -v fish >/dev/null; then
        run fish -c 'source tenon.fish; complete -C "tenon migrate re"'
        expect_exit 0
        expect_out_contains redo
        expect_out_lacks validate
    fi
}

test_manual_has_every_command_and_flag() {
    local folder=$TENON_BUILD/cli/man1 name flag
    expect_file "$folder/tenon.1"
    "$TENON" help | sed -nE 's/^  ([a-z]+( [a-z]+)?)( [[A-Z].*|  .*)$/\1/p' >commands
    [ "$(wc -l <commands)" -gt 20 ] || fail "no commands"
    while read -r name; do
        [ "$name" != "tenon help" ] || continue
        expect_file "$folder/tenon-${name// /-}.1"
        for flag in $("$TENON" help $name | sed -nE 's/^ +(-.,)? *(--[a-z-]+).*/\2/p'); do
            grep -qF -- "${flag//-/\\-}" "$folder/tenon-${name// /-}.1" || fail "$name lacks $flag"
        done
    done <commands
    if command -v mandoc >/dev/null; then
        run mandoc -T lint -W error "$folder"/*.1
        expect_exit 0
    fi
}

run_tests
