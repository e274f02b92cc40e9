#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# tenon schema show: what a PostgreSQL database has. `UPDATE=1 bash test_pg_schema.sh` writes the JSON
# that is compared anew.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"
# shellcheck source=pg.sh
source "$(dirname "$0")/pg.sh"

golden=$TENON_SOURCE/tests/golden/pg_schema

have_schema() { # NAME [FILE]
    pg_start
    DATABASE_URL=$(pg_database "$1")
    export DATABASE_URL
    PGOPTIONS="-c client_min_messages=warning" \
        "$PG_BINDIR/psql" -XqAtw -v ON_ERROR_STOP=1 -d "$DATABASE_URL" -f "${2:-$golden/schema.sql}"
}

fingerprint() { "$TENON" -q schema show --json | sed -E 's/.*"fingerprint":"([0-9a-f]{64})".*/\1/'; }

test_json_is_as_agreed() {
    have_schema agreed
    run "$TENON" schema show --json
    expect_exit 0
    expect_json
    # A line for each object; the version of plpgsql is the server's.
    sed -E 's/\{"(schema|name)":"[^"]*","(name|kind|unique)"/\n&/g; s/"version":"[^"]*"/"version":"…"/' "$out" >schema.json
    [ "${UPDATE:-}" != 1 ] || cp schema.json "$golden/"
    run diff -u "$golden/schema.json" schema.json
    expect_exit 0
}

test_overview_has_a_row_for_each_object() {
    have_schema overview
    run "$TENON" schema show
    expect_exit 0
    expect_out "name	kind	columns	key	indexes	triggers	references
auth.users	table	2	user_id			users
base	table	1				
constants	view	1				
derived	table	2				
events	partitioned table	2				
events_2026	partition	2				
kept	materialized view	1				
users	table	8	id	3	1	
auth.pair	composite type					
email	domain					
level	domain					
span	range					
user_role	enum					
roles	function					
total	aggregate					
touch	function					
numbers	sequence					"
    expect_err_contains "6 tables, 2 views; fingerprint "
}

test_table_is_shown_with_all_that_belongs_to_it() {
    have_schema pages
    run "$TENON" schema show Users
    expect_exit 0
    expect_err_empty
    expect_out_contains "users: table"
    expect_out_contains "Who may come in."
    expect_out_contains "row-level security"
    expect_out_matches '^id +bigint +no +1 +identity, always$'
    expect_out_matches "^role +user_role +no +'reader'::public.user_role"
    expect_out_matches "^state +character varying\(9\) +no +'on' \| 'off'$"
    expect_out_matches "^level +level +yes +'low' \| 'high'$"
    expect_out_matches '^note +text +yes +COLLATE C, For us\.$'
    expect_out_matches '^shout +text +yes +generated, stored: upper\(note\)$'
    expect_out_matches '^\(unique\) +loosely +rank$'
    expect_out_contains "lower(note) COLLATE C DESC, rank NULLS FIRST INCLUDE role  note IS NOT NULL"
    expect_out_contains "auth.users (user_id)  id       CASCADE    NO ACTION  yes"
    expect_out_contains "users_touch  BEFORE INSERT OR UPDATE OF note"
    expect_out_matches '^mine +UPDATE +PUBLIC +id > 0 +rank > 0 +permissive$'
    run "$TENON" schema show auth.users
    expect_out_contains "auth.users: table"
    expect_out_matches '^Secret +auth\.pair '
    run "$TENON" schema show events_2026
    expect_out_contains "partition of events FOR VALUES FROM ('2026-01-01 00:00:00+00') TO"
    run "$TENON" schema show derived
    expect_out_contains "inherits base"
    run "$TENON" schema show events
    expect_out_contains "partitioned by RANGE (at)"
    expect_out_contains "partition events_2026 FOR VALUES FROM ('2026-01-01 00:00:00+00') TO"
    run "$TENON" schema show base
    expect_out_contains "inherited by derived"
    run "$TENON" schema show constants
    expect_out_contains "SELECT 1 AS one"
}

test_other_objects_are_shown_by_name() {
    have_schema objects
    run "$TENON" schema show user_role
    expect_exit 0
    expect_out "user_role: enum
'reader'
'writer'
used by users.role"
    run "$TENON" schema show level
    expect_out_contains "level: domain of text DEFAULT 'low'::text"
    expect_out_contains "CHECK ((VALUE = ANY (ARRAY['low'::text, 'high'::text])))"
    run "$TENON" schema show auth.pair
    expect_out_contains "auth.pair: composite type"
    expect_out_contains "roles user_role[]"
    expect_out_contains 'used by auth.users.Secret'
    run "$TENON" schema show roles
    expect_out_contains "roles: function (INOUT n bigint, OUT role public.user_role)"
    expect_out_contains "CREATE OR REPLACE FUNCTION public.roles"
    run "$TENON" schema show numbers
    expect_out "numbers: sequence of smallint, from 1 to 100 by 5, beginning with 1, over and over"
    run "$TENON" schema show users_by_note
    expect_out_contains "users_by_note: partial index of users"
    run "$TENON" schema show users_touch
    expect_out_contains "users_touch: trigger of users"
    run "$TENON" schema show --json user_role
    expect_out_contains '"types":[{"schema":"public","name":"user_role","kind":"enum"'
    expect_out_lacks '"name":"email"'
    run "$TENON" schema show --json auth.users
    expect_out_contains '"tables":[{"schema":"auth","name":"users","label":"auth.users"'
    expect_out_lacks '"schema":"public","name":"users"'
}

test_unknown_name_is_a_usage_error_with_the_nearest() {
    have_schema unknown
    run "$TENON" schema show user_rol
    expect_exit 2
    expect_out_empty
    expect_err_contains "no table, view, index, type, function, sequence or trigger 'user_rol'"
    expect_err_contains "did you mean 'user_role'?"
    run "$TENON" schema show auth.user
    expect_exit 2
    expect_err_contains "did you mean 'auth.users'?"
    run "$TENON" --url "${DATABASE_URL/unknown/nowhere}" schema show
    expect_exit 3
    expect_err_contains "nowhere"
}

test_without_a_url_it_is_what_the_migrations_make() {
    local replayed
    write tenon.ini <<<"[database]
engine = postgres"
    write migrations/0001_a.sql <<<"CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE a (id serial PRIMARY KEY, mood mood NOT NULL);"
    write queries/wrong.sql <<<"SELECT nothing of this;"
    run "$TENON" schema show
    expect_exit 0
    expect_out_contains "mood	enum"
    expect_err_contains "1 table, 0 views; fingerprint "
    replayed=$(fingerprint)
    DATABASE_URL=$(pg_database replayed)
    export DATABASE_URL
    run "$TENON" schema show a
    expect_exit 2
    run "$TENON" migrate up
    expect_exit 0
    expect_equal "$(fingerprint)" "$replayed"
    unset DATABASE_URL
    run env -i PATH=/nowhere TENON_PG_BINDIR=/nowhere "$TENON" schema show
    expect_exit 3
    expect_err_contains "there is no server to check on: "
    expect_err_contains "TENON_CHECK_URL=postgres://…"
    write migrations/0002_b.sql <<<"ALTER TABLE nosuch ADD b int;"
    run "$TENON" schema show
    expect_exit 1
    expect_err_contains "migrations/0002_b.sql:1:13: error:"
}

test_migrations_and_the_same_by_hand_have_one_fingerprint() {
    write migrations/0001_a.sql <<<"CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE a (id serial PRIMARY KEY, gone int);"
    write migrations/0002_b.sql <<<"ALTER TABLE a DROP COLUMN gone; ALTER TABLE a ADD COLUMN mood mood NOT NULL;"
    DATABASE_URL=$(pg_database migrated)
    export DATABASE_URL
    run "$TENON" migrate up
    expect_exit 0
    local first
    first=$(fingerprint)
    run "$TENON" schema show
    expect_out_lacks _sqlx_migrations
    write hand.sql <<<"CREATE TYPE mood AS ENUM ('sad', 'ok');
        CREATE TABLE a (id serial PRIMARY KEY, mood mood NOT NULL);"
    have_schema by_hand hand.sql
    expect_equal "$(fingerprint)" "$first"
    pg_psql "$DATABASE_URL" "ALTER TABLE a ALTER mood SET DEFAULT 'ok'"
    [ "$(fingerprint)" != "$first" ] || fail "another default, and the same fingerprint"
}

run_tests
