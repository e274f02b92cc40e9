#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The frame of the program: its line, help, version, settings and output.
source "$(dirname "$0")/lib.sh"

# --- help ---------------------------------------------------------------------------------------

test_bare_program_shows_where_to_start() {
    run "$TENON"
    expect_exit 0
    expect_out_contains "start here"
    expect_out_contains "tenon help"
    expect_err_empty
}

test_help_lists_every_command_with_its_page() {
    run "$TENON" help
    expect_exit 0
    local names name
    # Between the first heading and the global flags: "  name ARGS  summary".
    names=$(sed -n '/^start$/,/^with every command/p' "$out" | sed -nE 's/^  ([a-z]+( [a-z]+)?) .*/\1/p')
    [ "$(wc -l <<<"$names")" -ge 2 ] || fail "hardly any command"
    while read -r name; do
        # shellcheck disable=SC2086
        run "$TENON" help $name
        expect_exit 0
        expect_out_contains "usage: tenon $name"
        # shellcheck disable=SC2086
        run "$TENON" $name --help
        expect_exit 0
        expect_out_contains "usage: tenon $name"
    done <<<"$names"
}

test_help_lines_fit_a_terminal() {
    run_shell "'$TENON' help; for t in urls settings exit-codes; do '$TENON' help \$t; done"
    expect_exit 0
    local long
    long=$(awk 'length > 100' "$out")
    expect_equal "$long" "" "lines over 100 columns"
}

test_help_option_wins_over_other_faults() {
    run "$TENON" config --no-such-flag -h
    expect_exit 0
    expect_out_contains "usage: tenon config"
}

test_help_topic_exit_codes_has_all() {
    run "$TENON" help exit-codes
    expect_exit 0
    local code
    for code in 0 1 2 3 4 5 6 7 70; do
        expect_out_matches "^ +$code  [a-z]"
    done
}

test_help_topic_settings_has_all() {
    run "$TENON" config --json
    expect_exit 0
    local name names
    names=$(sqlite3 :memory: "SELECT json_extract(value, '$.name') FROM json_each(
        CAST(readfile('$out') AS TEXT), '$.settings')")
    run "$TENON" help settings
    expect_exit 0
    for name in $names; do
        expect_out_contains "  $name "
    done
}

test_help_topic_codes_explains_codes() {
    run "$TENON" help codes
    expect_exit 0
    expect_out_matches '^  unknown-setting +error '
}

test_help_of_unknown_topic_suggests() {
    run "$TENON" help exit-code
    expect_exit 2
    expect_err_contains "did you mean 'tenon help exit-codes'?"
    expect_out_empty
}

# --- the line -----------------------------------------------------------------------------------

test_unknown_command_suggests() {
    run "$TENON" confgi
    expect_exit 2
    expect_err_contains "error: no command 'confgi' [usage]"
    expect_err_contains "did you mean 'tenon config'?"
    expect_out_empty
}

test_unknown_command_comes_before_its_flags() {
    run "$TENON" frobnicate --colour red
    expect_exit 2
    expect_err_contains "no command 'frobnicate'"
    expect_err_contains "tenon help"
}

test_unknown_flag_suggests() {
    run "$TENON" config --explian
    expect_exit 2
    expect_err_contains "unknown flag '--explian'"
    expect_err_contains "did you mean '--explain'?"
    run "$TENON" config -x
    expect_exit 2
    expect_err_contains "unknown flag '-x'"
    expect_err_contains "tenon help config"
}

test_flags_before_and_behind_the_command_are_equal() {
    run "$TENON" --url sqlite:a.db config --explain
    expect_exit 0
    cp "$out" first
    run "$TENON" config --explain --url=sqlite:a.db
    expect_exit 0
    expect_out_file first
    run "$TENON" --explain --database-url sqlite:a.db config
    expect_exit 0
    sed 's/flag --url/flag --database-url/' first >second
    expect_out_file second
}

test_messages_name_the_flag_that_was_written() {
    run "$TENON" config --database-url nosuch:a.db
    expect_exit 2
    expect_err_contains "it is from flag --database-url"
    run "$TENON" config --source ""
    expect_exit 2
    expect_err_contains "it is from flag --source"
}

test_repeated_flag_last_wins() {
    run "$TENON" config --url sqlite:a.db --url sqlite:b.db
    expect_exit 0
    expect_out_contains b.db
    expect_out_lacks a.db
}

test_value_missing_is_told() {
    run "$TENON" config --url
    expect_exit 2
    expect_err_contains "'--url' wants a value: --url=URL"
    run "$TENON" config --url --json
    expect_exit 2
    expect_err_contains "'--url' wants a value"
}

test_flag_with_value_is_refused() {
    run "$TENON" config --explain=yes
    expect_exit 2
    expect_err_contains "'--explain' takes no value"
}

test_bad_choice_names_the_choices() {
    run "$TENON" config --color=pink
    expect_exit 2
    expect_err_contains "'pink' is no value of '--color'"
    expect_err_contains "auto, always or never"
}

test_argument_too_many_is_refused() {
    run "$TENON" config extra
    expect_exit 2
    expect_err_contains "takes no argument, and there is 'extra'"
}

test_two_dashes_end_the_flags() {
    run "$TENON" config -- --explain
    expect_exit 2
    expect_err_contains "there is '--explain'"
}

test_letters_cluster() {
    mkdir sub
    run "$TENON" -qC sub config
    expect_exit 0
    run "$TENON" -Csub config -vv
    expect_exit 0
}

test_number_in_every_spelling_is_read() {
    local i spelled
    for i in 1 2 3; do write "migrations/${i}_t$i.sql" <<<"CREATE TABLE t$i (x);"; done
    for spelled in '-n2' '-n 2' '--count=2' '--count 2' '-qn2' '-n 3 -n 2'; do
        rm -f app.db*
        # shellcheck disable=SC2086
        run "$TENON" $spelled migrate up --url app.db
        expect_exit 0
        expect_equal "$(sql app.db 'SELECT count(*) FROM _sqlx_migrations')" 2 "$spelled"
    done
}

test_bad_number_is_refused() {
    local number
    for number in 0 -1 x 1x 99999999999999999999 ''; do
        run "$TENON" migrate up --url app.db "--count=$number"
        expect_exit 2
        expect_err_contains "'--count' takes a whole number from 1, not '$number'"
    done
    run "$TENON" migrate up -n
    expect_exit 2
    expect_err_contains "'-n' wants a value: -n N"
}

test_missing_argument_is_told() {
    run "$TENON" migrate add
    expect_exit 2
    expect_err_contains "'tenon migrate add' wants NAME"
    expect_err_contains "usage: tenon migrate add NAME"
}

test_family_alone_lists_its_commands() {
    run "$TENON" migrate
    expect_exit 2
    expect_out_contains "migrate up"
    expect_out_lacks "config"
    expect_err_contains "'tenon migrate' wants one of these commands"
    run "$TENON" help migrate
    expect_exit 0
    expect_out_contains "migrate up"
    expect_err_empty
}

test_unknown_command_of_a_family_suggests() {
    run "$TENON" migrate statsu
    expect_exit 2
    expect_err_contains "no command 'migrate statsu'"
    expect_err_contains "did you mean 'tenon migrate status'?"
    run "$TENON" migrat up
    expect_err_contains "did you mean 'tenon migrate up'?"
    run "$TENON" up
    expect_err_contains "did you mean 'tenon migrate up'?"
}

test_flags_without_command_are_refused() {
    run "$TENON" --json
    expect_exit 2
    expect_err_contains "no command"
}

test_directory_is_entered_first() {
    mkdir -p project
    printf '[database]\nurl = sqlite:here.db\n' >project/tenon.ini
    run "$TENON" -C project config --explain
    expect_exit 0
    expect_out_contains "tenon.ini:2"
    run "$TENON" -C nowhere config
    expect_exit 2
    expect_err_contains "cannot go to 'nowhere': No such file or directory"
}

# --- version ------------------------------------------------------------------------------------

test_version_names_tenon_and_engine() {
    run "$TENON" --version
    expect_exit 0
    expect_out_matches '^tenon [0-9]+\.[0-9]+\.[0-9]+$'
    expect_out_matches '^sqlite 3\.[0-9.]+, compiled with 3\.[0-9.]+$'
    local features="sqlite"
    ! grep -q '^TENON_POSTGRES:BOOL=ON' "$TENON_BUILD/CMakeCache.txt" || features="sqlite, postgres"
    expect_out_matches "^features: $features\$"
    run "$TENON" --version --json
    expect_exit 0
    expect_json_value '$.v' 1
    local version
    version=$(sqlite3 :memory: 'SELECT sqlite_version()')
    if grep -q '^TENON_BUNDLED_SQLITE:PATH=.' "$TENON_BUILD/CMakeCache.txt"; then # of its own
        version=$("$TENON" --url :memory: sql 'SELECT sqlite_version()' | tail -n 1)
    fi
    expect_json_value '$.sqlite.running' "$version"
}

# --- settings -----------------------------------------------------------------------------------

# origin NAME: where the value comes from, by --json.
origin() {
    sqlite3 :memory: "SELECT json_extract(value, '$.origin') FROM json_each(
        CAST(readfile('$out') AS TEXT), '$.settings') WHERE json_extract(value, '$.name') = '$1'"
}
value() {
    sqlite3 :memory: "SELECT json_extract(value, '$.value') FROM json_each(
        CAST(readfile('$out') AS TEXT), '$.settings') WHERE json_extract(value, '$.name') = '$1'"
}
explain() {
    run "$TENON" config --explain --json "$@"
    expect_exit 0
    expect_json_value '$.v' 1
}

test_settings_precedence_is_flag_environment_dotenv_ini_default() {
    explain
    expect_equal "$(origin database.url)" default
    expect_equal "$(value migrations.dir)" migrations
    printf '[database]\nurl = sqlite:ini.db\n' >tenon.ini
    explain
    expect_equal "$(value database.url)" sqlite:ini.db
    expect_equal "$(origin database.url)" tenon.ini:2
    echo 'DATABASE_URL=sqlite:dotenv.db' >.env
    explain
    expect_equal "$(value database.url)" sqlite:dotenv.db
    expect_equal "$(origin database.url)" .env:1
    export DATABASE_URL=sqlite:environment.db
    explain
    expect_equal "$(value database.url)" sqlite:environment.db
    expect_equal "$(origin database.url)" "environment DATABASE_URL"
    explain --url sqlite:flag.db
    expect_equal "$(value database.url)" sqlite:flag.db
    expect_equal "$(origin database.url)" "flag --url"
}

test_settings_without_explain_show_values_only() {
    run "$TENON" config --url sqlite:a.db
    expect_exit 0
    expect_out_contains sqlite:a.db
    expect_out_lacks "flag --url"
}

test_password_is_hidden() {
    explain --url 'postgres://joe:secret@example.org/db'
    expect_out_lacks secret
    run "$TENON" config -vv --url 'postgres://joe:secret@example.org/db'
    expect_out_lacks secret
    expect_err_lacks secret
}

test_unknown_key_is_shown_with_nearest() {
    printf '[migrations]\nmigrtions = x\ndri = sql\n' >tenon.ini
    run "$TENON" config
    expect_exit 2
    expect_err_contains "tenon.ini:3:1: error:"
    expect_err_contains "[unknown-setting]"
    expect_err_contains "'dir'"
    expect_out_empty
}

test_bad_ini_is_shown_as_json_on_request() {
    printf '[databse]\nurl = x\n' >tenon.ini
    run "$TENON" config --diagnostics=json
    expect_exit 2
    expect_err_contains '"code":"unknown-setting","severity":"error","file":"tenon.ini","line":1'
    expect_equal "$(grep -cv '^{.*}$' "$err" || true)" 0 "lines that are no object"
}

test_missing_config_file_is_refused() {
    run "$TENON" config --config nowhere.ini
    expect_exit 2
    expect_err_contains nowhere.ini
}

# --- output -------------------------------------------------------------------------------------

test_color_only_when_wanted() {
    local escape=$'\033['
    run "$TENON" nothing
    expect_err_lacks "$escape"
    run "$TENON" nothing --color=always
    expect_err_contains "$escape"
    NO_COLOR=1 run "$TENON" nothing --color always
    expect_err_contains "$escape"
}

test_color_on_a_terminal_unless_declined() {
    command -v script >/dev/null || skip "no script(1)"
    local escape=$'\033['
    on_terminal() { run_shell "script -qec '$1 $TENON nothing' /dev/null"; }
    on_terminal 'env TERM=xterm'
    expect_out_contains "$escape"
    on_terminal 'env TERM=xterm NO_COLOR=1'
    expect_out_lacks "$escape"
    on_terminal 'env TERM=xterm NO_COLOR='
    expect_out_contains "$escape"
    on_terminal 'env TERM=dumb'
    expect_out_lacks "$escape"
}

test_full_stdout_is_an_error() {
    [ -c /dev/full ] || skip "no /dev/full"
    run_shell "'$TENON' help >/dev/full"
    expect_exit 2
    expect_err_contains "cannot write to standard output: No space left on device [unwritable]"
}

test_closed_stdout_is_an_error() {
    run_shell "'$TENON' help >&-"
    expect_exit 2
    expect_err_contains "cannot write to standard output"
}

test_closed_pipe_ends_silently_by_the_signal() {
    # The reader is gone before the writer starts.
    run_shell "mkfifo pipe; exec 3<>pipe 4>pipe 3>&-; '$TENON' help >&4"
    expect_exit 141 # SIGPIPE
    expect_err_empty
}

test_closed_pipe_ends_a_query_that_is_running() {
    run_shell "set +o pipefail; timeout 60 '$TENON' sql --url :memory: 'WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL
        SELECT n + 1 FROM c) SELECT n FROM c' | head -n 1; echo \"\${PIPESTATUS[0]}\""
    expect_equal "$(tail -n 1 "$out")" 141
    expect_err_empty
}

test_closed_stdin_and_stderr_do_no_harm() {
    run_shell "'$TENON' help <&- 2>&-"
    expect_exit 0
    expect_out_contains usage
}

run_tests
