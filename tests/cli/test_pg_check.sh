#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# tenon check on PostgreSQL: on a server of its own, on one that is named, and on none.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/pg.sh"

project() {
    write tenon.ini <<'INI'
[database]
engine = postgres
INI
    write migrations/1_schema.sql <<'SQL'
CREATE TYPE user_role AS ENUM ('admin', 'user');
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL UNIQUE,
    role user_role NOT NULL DEFAULT 'user',
    tags text[]
);
SQL
    write queries/q.sql <<'SQL'
-- name: user_find :optional
SELECT * FROM users WHERE email = :email;

-- name: user_list :many
SELECT id, tags FROM users WHERE id IN (:ids[]) AND (:role IS NULL OR role = :role) ORDER BY id;
SQL
}

scratch_databases() {
    pg_psql "$1" "SELECT count(*) FROM pg_database WHERE datname LIKE 'tenon\\_check\\_%'"
}

test_private_server_judges_and_nothing_is_left() {
    project
    DATABASE_URL='postgres://nobody@127.0.0.1:1/nothing' run "$TENON" check
    expect_exit 0
    expect_out_empty
    expect_equal "$(cat "$err")" "2 queries checked"
    expect_equal "$(find . -type f | sort | tr '\n' ' ')" \
        "./migrations/1_schema.sql ./queries/q.sql ./tenon.ini "
}

test_server_that_is_named_judges_beside_what_is_there() {
    project
    url=$(pg_database judged)
    pg_psql "$url" "CREATE TABLE users (mine int)"
    run "$TENON" check --url "$url"
    expect_exit 0
    expect_err_contains "2 queries checked"
    run "$TENON" check -v --url "$url"
    expect_err_matches '^judged by: PostgreSQL [0-9.]+.*, at postgres://.*judged'
    printf '[database]\nengine = postgres\ncheck_url = %s\n' "$url" >tenon.ini
    run "$TENON" check
    expect_exit 0
    TENON_CHECK_URL='postgres://nobody@127.0.0.1:1/nothing' run "$TENON" check
    expect_exit 3
    expect_err_contains "there is no server to check on: "
    expect_equal "$(pg_psql "$url" "SELECT string_agg(attname, ',') FROM pg_attribute
        WHERE attrelid = 'users'::regclass AND attnum > 0")" mine
    expect_equal "$(scratch_databases "$url")" 0
}

test_server_that_makes_no_database_says_whose_right_it_is() {
    project
    pg_start_own
    pg_psql "$PG_URL" 'CREATE ROLE "Poor" LOGIN'
    run "$TENON" check --url "${PG_URL/user=postgres/user=Poor}"
    expect_exit 4
    expect_err_contains "error: role 'Poor' may not create a database: "
    expect_err_contains 'ALTER ROLE "Poor" CREATEDB'
    run "$TENON" check --url "${PG_URL/\/postgres?/\/nowhere?}"
    expect_exit 3
    expect_err_contains "[no-database]"
    expect_err_contains "create it with: tenon database create"
}

test_ctrl_c_ends_it_between_two_queries() {
    local pid
    project
    write migrations/2_slow.sql <<<"SELECT pg_sleep(1);"
    url=$(pg_database interrupted)
    "$TENON" check --url "$url" >"$out" 2>"$err" &
    pid=$!
    sleep 0.7
    kill -TERM $pid
    status=0
    wait $pid || status=$?
    expect_exit 143
    expect_equal "$(cat "$err")" "error: interrupted [interrupted]"
    expect_equal "$(scratch_databases "$url")" 0
}

test_without_a_server_it_is_said_what_to_do() {
    project
    mkdir bin
    run env -i HOME="$HOME" PATH="$PWD/bin" TENON_PG_BINDIR="$PWD/bin" "$TENON" check
    expect_exit 3
    expect_err_contains "there is no server to check on: no PostgreSQL server in '$PWD/bin'"
    expect_err_contains "TENON_CHECK_URL=postgres://…"
}

test_json_has_the_types_of_the_server() {
    project
    url=$(pg_database typed)
    run "$TENON" check --json --url "$url"
    expect_exit 0
    expect_json_value '$.queries[0].sql' 'SELECT id, email, role, tags FROM users WHERE email = $1'
    expect_json_value '$.queries[0].columns' '[{"name":"id","type":"int","nullable":false,"table":"users","origin":"id"},{"name":"email","type":"text","nullable":false,"table":"users","origin":"email"},{"name":"role","type":"enum:user_role","nullable":false,"table":"users","origin":"role"},{"name":"tags","type":"text[]","nullable":true,"table":"users","origin":"tags"}]'
    expect_json_value '$.queries[1].sql' \
        'SELECT id, tags FROM users WHERE id = ANY($1) AND ($2::user_role IS NULL OR role = $2) ORDER BY id'
    expect_json_value '$.queries[1].params' '[{"name":"ids","type":"int[]","nullable":false,"list":true},{"name":"role","type":"enum:user_role","nullable":true}]'
    expect_json_value '$.findings' '[]'
}

test_migration_that_fails_has_its_place() {
    project
    printf 'ALTER TABLE users\n    ADD COLUMN x nosuch;\n' >migrations/2_more.sql
    url=$(pg_database failing)
    run "$TENON" check --url "$url"
    expect_exit 1
    expect_err_matches '^migrations/2_more\.sql:2:18: error: .*nosuch.* \[migration-failed\]$'
    expect_equal "$(scratch_databases "$url")" 0
}

test_usage_is_judged_as_ever() {
    project
    write src/main.c <<'C'
#include "q.tenon.h"
int main(void) { return user_find(0, 0, 0, 0, 0); }
C
    printf '[generate]\nprefix =\n' >>tenon.ini
    run "$TENON" check --url "$(pg_database usage)"
    expect_exit 0
    expect_err_matches '^queries/q\.sql:4:10: warning: .*user_list.*\[unused-query\]$'
}

test_query_in_c_is_checked_at_its_place() {
    project
    rm queries/q.sql
    write src/app.c <<'C'
TN_QUERY(user_found, ":optional",
         "SELECT id, '{\"a\": \"ä\"}'::jsonb ? 'a' AS has\n"
         "FROM users WHERE emial = :email");
C
    run "$TENON" check --url "$(pg_database inline)"
    expect_exit 1
    expect_err_matches "^src/app\\.c:3:28: error: no column 'emial' in table 'users' \\[unknown-column\\]\$"
}

test_created_and_added_are_pointed_at() {
    project
    printf '%s\n' 'CREATE UNLOGGED TABLE IF NOT EXISTS logs (id int);' \
        'ALTER TABLE IF EXISTS ONLY logs ADD COLUMN IF NOT EXISTS at date;' >migrations/2_logs.sql
    printf -- '-- name: a :many\nSELECT nope FROM logs;\n' >queries/q.sql
    run "$TENON" check --url "$(pg_database origin)"
    expect_exit 1
    expect_err_contains "migrations/2_logs.sql:1:1: note: 'logs' is created here"
}

test_dialect_of_the_other_engine_is_refused() {
    project
    printf -- '-- name: a :many\nSELECT id FROM users WHERE email = ?1;\n' >queries/q.sql
    run "$TENON" check --url "$(pg_database dialect)"
    expect_exit 1
    expect_err_matches '^queries/q\.sql:2:3[0-9]: error: .*\[[a-z-]+\]$'
}

# As on SQLite: see test_lint.sh and unit.check_usage.
test_what_no_source_uses_is_told() {
    project
    write queries/more.sql <<'SQL'
-- name: user_mails :many
SELECT id AS user, email AS mail FROM users ORDER BY id;

-- name: user_drop :exec
DELETE FROM users WHERE id = :id;

-- name: user_note :exec
-- allow unused-query "called by another program"
UPDATE users SET tags = :tags WHERE id = :id;

-- name: user_none :exec
-- allow unused-column "there is none"
DELETE FROM users;
SQL
    printf '[generate]\nprefix = app\n' >>tenon.ini
    write src/main.c <<'C'
int f(void) { return app_user_find() + app_user_list_all(rows) + rows.id + rows.tags + app_user_mails_all(); }
int g(void) { return r.mail + app_user_none(); }
C
    run "$TENON" check
    expect_exit 0
    expect_err_contains "queries/more.sql:2:8: warning: column 'user' of 'user_mails' is read nowhere [unused-column]"
    expect_err_contains "queries/more.sql:4:10: warning: query 'user_drop' is called nowhere [unused-query]"
    expect_err_contains "queries/more.sql:12:10: warning: query 'user_none' gives no cause for 'unused-column' that this would allow [unused-allow]"
    expect_err_lacks user_note
    expect_err_lacks user_find
    expect_err_lacks user_list
    printf '[lint]\ndeny = unused-query\n' >>tenon.ini
    run "$TENON" check
    expect_exit 1
    expect_err_contains "queries/more.sql:4:10: error: query 'user_drop' is called nowhere [unused-query]"
}

test_types_name_tables_and_enums_of_other_schemas() {
    write tenon.ini <<'INI'
[database]
engine = postgres
[types]
app.users = account
app.users.id = account_id
app.mood = temper
app.mood.nope = x
app.usrs = x
app.users.ix = x
app.users.m = json
app.posts = bool
[generate]
prefix =
INI
    write migrations/1_schema.sql <<'SQL'
CREATE SCHEMA app;
CREATE TYPE app.mood AS ENUM ('x');
CREATE TYPE mood AS ENUM ('x');
CREATE TABLE users (id int PRIMARY KEY, m mood);
CREATE TABLE app.users (id int PRIMARY KEY, m app.mood);
CREATE TABLE app.posts (author int NOT NULL REFERENCES app.users);
SQL
    write queries/q.sql <<'SQL'
-- name: all :many
SELECT * FROM users;
-- name: accounts :many
SELECT * FROM app.users;
-- name: posts :many
SELECT * FROM app.posts;
SQL
    url=$(pg_database schemas)
    run "$TENON" generate --url "$url"
    expect_exit 1
    expect_err_matches "^tenon\.ini:7:1: error: no table 'app' for \[types\] \[unknown-table\]\$"
    expect_err_matches "^tenon\.ini:8:1: error: no table 'app\.usrs' for \[types\] \[unknown-table\]\$"
    expect_err_contains "help: 'app.users'"
    expect_err_matches "^tenon\.ini:9:1: error: no column 'ix' in table 'app\.users' .*\[unknown-column\]\$"
    expect_err_matches "^tenon\.ini:10:1: error: column 'm' of table 'app\.users' is .*\[bad-setting\]\$"
    expect_err_matches "^tenon\.ini:11:1: error: 'app\.posts' is a table: .*\[bad-setting\]\$"
    expect_equal "$(grep -c ' error: ' "$err")" 5
    sed -i '7,11d' tenon.ini
    run "$TENON" generate --url "$url"
    expect_exit 0
    for name in 'struct account' 'struct account_id' 'struct users' 'enum mood' 'enum temper'; do
        cat gen/*.h | grep -q "^$name {\$" || fail "no $name"
    done
    sed -i '/^app.users =/d; /^app.mood =/d' tenon.ini
    run "$TENON" generate --url "$url"
    expect_exit 1
    expect_err_contains "table 'users' and table 'app.users' would both be 'users' in C"
    expect_err_contains "help: [types] app.users = OTHER_NAME"
    expect_err_matches "^migrations/1_schema\.sql:4:1: note: the other one is here\$"
    sed -i '/^.types/a app.users = account' tenon.ini
    run "$TENON" generate --url "$url"
    expect_exit 1
    expect_err_contains "help: [types] app.mood = OTHER_NAME"
}

test_what_stays_on_a_server_is_told() {
    project
    pg_start_own
    write migrations/2_role.sql <<'SQL'
CREATE TABLE t (a int);
create role left_behind;
SQL
    run "$TENON" check --url "$PG_URL"
    expect_exit 0
    expect_err_matches "^migrations/2_role\.sql:2:1: warning: 'CREATE role' is for the whole server: .*\[migration-notice\]\$"
    run "$TENON" check --url "$PG_URL"
    expect_exit 1
    expect_err_matches "^migrations/2_role\.sql:2:1: warning: .*\[migration-notice\]\$"
    expect_err_matches "^migrations/2_role\.sql:2:[0-9]*: error: .*already exists.*\[migration-failed\]\$"
    run "$TENON" check
    expect_exit 0
    expect_equal "$(cat "$err")" "2 queries checked"
}

test_fault_in_a_block_has_its_line() {
    project
    write migrations/2_do.sql <<'SQL'
CREATE TABLE t (ä int);
DO LANGUAGE plpgsql /* é */ $body$
BEGIN
    PERFORM 1;
    UPDATE t SET b = 'ä';
END
$body$;
SQL
    run "$TENON" check --url "$(pg_database block)"
    expect_exit 1
    expect_err_matches "^migrations/2_do\.sql:5:5: error: .*'?b'?.*\[migration-failed\]\$"
    printf "DO 'BEGIN RAISE EXCEPTION ''no''; END';\n" >migrations/2_do.sql
    run "$TENON" check --url "$(pg_database block)"
    expect_exit 1
    expect_err_matches "^migrations/2_do\.sql:1:5: error: no \[migration-failed\]\$"
}

test_byte_order_mark_is_no_statement() {
    project
    printf '\xef\xbb\xbf-- name: a :many\nSELECT nope FROM users;\n' >queries/q.sql
    run "$TENON" check --url "$(pg_database bom)"
    expect_exit 1
    expect_equal "$(grep -c error: "$err")" 1
    expect_err_matches "^queries/q\.sql:2:8: error: no column 'nope' "
}

run_tests
