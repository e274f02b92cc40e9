#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The program, as a user meets it.
# shellcheck source=/dev/null
source "$TENON_SOURCE/tests/cli/lib.sh"
# shellcheck source=/dev/null
source "$TENON_SOURCE/tests/cli/pg.sh"

# A database with the schema, and with the administrator ada.
start() {
    pg_start
    DATABASE_URL=$(pg_database cobalt_dev)
    export DATABASE_URL
    "$COBALT" migrate
    "$COBALT" user create ada ada@example.com --role admin <<<engine >id 2>sent
}
secret_of() { sed -n 's/.*cobalt user verify //p' "$1"; }

test_user_is_created_shown_and_found_by_id_and_name() {
    start
    run "$COBALT" user show "$(cat id)"
    expect_exit 0
    expect_out_matches '^username +ada$'
    expect_out_matches '^role +admin$'
    expect_out_matches '^verified +no$'
    run "$COBALT" user show ada
    expect_out_contains "$(cat id)"
    run "$COBALT" user show nobody
    expect_exit 1
    expect_err_contains "there is no user 'nobody'"
}

test_what_is_taken_is_told_by_its_field() {
    start
    run_shell "'$COBALT' user create ada other@example.com <<<x"
    expect_exit 4
    expect_err_contains "this username is taken already"
    run_shell "'$COBALT' user create bob ada@example.com <<<x"
    expect_exit 4
    expect_err_contains "this email is taken already"
}

test_password_comes_from_standard_input() {
    start
    run "$COBALT" user create bob bob@example.com
    expect_exit 4
    expect_err_contains "standard input"
    run_shell "'$COBALT' login ada <<<engine"
    expect_exit 0
    run_shell "'$COBALT' login ada <<<motor"
    expect_exit 4
    expect_err_contains "the name or the password is wrong"
    expect_equal "$(pg_psql "$DATABASE_URL" "SELECT password_hash ~ '^scrypt[$]15[$]8[$]3[$]' FROM users")" t
}

test_address_is_verified_and_changed() {
    start
    run "$COBALT" user verify "$(secret_of sent)"
    expect_exit 0
    expect_out_contains verified
    run "$COBALT" user verify "$(secret_of sent)"
    expect_exit 4
    run "$COBALT" user email ada ada@lovelace.org
    expect_exit 0
    run "$COBALT" user list --verified yes
    expect_err_contains "0 users"
    run_shell "'$COBALT' user verification ada | xargs '$COBALT' user verify"
    expect_exit 0
    run "$COBALT" user list --verified yes
    expect_out_contains ada@lovelace.org
}

test_change_by_an_old_version_is_refused() {
    start
    local seen
    seen=$("$COBALT" user show ada | sed -n 's/^updated *//p')
    run "$COBALT" user email ada one@example.com --seen "$seen"
    expect_exit 0
    run "$COBALT" user email ada two@example.com --seen "$seen"
    expect_exit 4
    expect_err_contains "has been changed since it was read"
}

test_list_has_pages_filters_and_orders() {
    start
    pg_psql "$DATABASE_URL" "INSERT INTO users (username, email, password_hash, created_at) SELECT 'u' || i, i || '@b', 'none', now() - i * interval '1 day' FROM generate_series(1, 9) AS i"
    run "$COBALT" user list --per-page 4 --page 3
    expect_exit 0
    expect_err_contains "page 3 of 3, 10 users"
    expect_equal "$(wc -l <"$out")" 2
    run "$COBALT" user list --sort newest --per-page 1
    expect_out_contains " ada "
    run "$COBALT" user list --sort oldest --per-page 1
    expect_out_contains " u9 "
    run "$COBALT" user list --role admin
    expect_err_contains "page 1 of 1, 1 user"
    run "$COBALT" user names
    expect_equal "$(head -n 2 "$out" | tr '\n' ' ')" "ada u1 "
    pg_psql "$DATABASE_URL" "UPDATE users SET disabled_at = now() WHERE username <> 'u2' AND username <> 'ada'"
    run "$COBALT" user active
    expect_equal "$(awk '{ print $2 }' "$out" | tr '\n' ' ')" "u2 ada "
    run "$COBALT" user list --sort length
    expect_exit 4
    run "$COBALT" user list --page 0
    expect_exit 4
}

test_tokens_are_exchanged_reused_and_revoked() {
    start
    local first second
    first=$("$COBALT" login ada <<<engine)
    second=$("$COBALT" token rotate "$first")
    run "$COBALT" token list ada
    expect_out_matches 'spent$'
    expect_out_matches 'good$'
    run "$COBALT" token rotate "$first"
    expect_exit 4
    expect_err_contains "used before"
    run "$COBALT" token rotate "$second"
    expect_exit 4
    first=$("$COBALT" login ada <<<engine)
    run "$COBALT" token revoke "$first"
    expect_exit 0
    "$COBALT" login ada <<<engine >/dev/null
    run "$COBALT" token revoke-all ada
    expect_err_contains "1 token"
    run "$COBALT" user tokens
    expect_exit 0
    expect_equal "$(wc -l <"$out")" 5
    run "$COBALT" token purge
    expect_err_contains "0 tokens"
}

test_last_administrator_is_kept() {
    start
    run "$COBALT" user disable ada
    expect_exit 4
    expect_err_contains "'ada' is the last administrator"
    "$COBALT" user create bob bob@example.com <<<x >/dev/null 2>&1
    run "$COBALT" user hand-over ada bob
    expect_exit 0
    run "$COBALT" user disable ada
    expect_exit 0
    run_shell "'$COBALT' login ada <<<engine"
    expect_exit 4
    run "$COBALT" user role ada admin
    expect_exit 0
    run "$COBALT" user enable ada
    expect_exit 0
    run "$COBALT" user delete bob
    expect_exit 0
    run "$COBALT" user role ada user
    expect_exit 4
    run "$COBALT" user role ada queen
    expect_exit 4
}

test_scenes_of_contention_end_well() {
    pg_start_own --set deadlock_timeout=50ms
    DATABASE_URL=$PG_URL
    export DATABASE_URL
    "$COBALT" migrate
    run "$COBALT" contention
    expect_exit 0
    expect_out_matches '^deadlock +2 done, +0 refused, 3 runs'
    expect_out_matches '^serialization +1 done, +1 refused \(last-admin\)'
    expect_out_matches '^optimistic +1 done, +7 refused \(stale\)'
    expect_out_matches '^for update +8 done, .*200@example.com'
    expect_out_matches '^rotation +1 done, +7 refused \(reused\)'
    expect_out_contains "the family was revoked"
    # Not where there are users: three from before, and none more.
    run "$COBALT" contention
    expect_exit 4
    expect_err_contains "the scenes want a database that is empty, and it has 3 users"
}

test_usage_errors_say_what_is_wrong() {
    run "$COBALT"
    expect_exit 2
    run "$COBALT" user
    expect_exit 2
    run "$COBALT" user show
    expect_exit 2
    expect_err_contains "wants USER"
    run "$COBALT" user show a b
    expect_exit 2
    run "$COBALT" user list --colour red
    expect_exit 2
    run "$COBALT" help user list
    expect_exit 0
    expect_out_contains "--per-page"
    # All in one column.
    expect_equal "$(grep -c -- '^  --.\{23\} [^ ]' "$out")" "$(grep -c -- '^  --' "$out")"
    run "$COBALT" --db sqlite::memory: user list
    expect_exit 4
    expect_err_contains "no database of PostgreSQL"
}

run_tests
