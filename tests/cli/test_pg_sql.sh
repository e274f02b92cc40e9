#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# `tenon sql` on PostgreSQL.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"
# shellcheck source=pg.sh
source "$(dirname "$0")/pg.sh"

have_database() { # NAME
    DATABASE_URL=$(pg_database "$1")
    export DATABASE_URL
}

test_values_of_all_types_as_lines_csv_and_json() {
    have_database types
    local sql="SELECT 1::int2 AS a, -7::bigint AS b, 1.5::float8 AS c, 12345678901234567890.10::numeric AS d,
        true AS e, 'a,\"b'::text AS f, '\\x00ff'::bytea AS g, NULL::text AS h,
        '2026-11-29'::date AS i, '0f8fad5b-d9cb-469f-a165-70867728950e'::uuid AS j,
        '{\"k\": [1]}'::jsonb AS k, ARRAY[1, NULL, 3] AS l, '04:05:06'::time AS m,
        'red'::text::name AS n, '10.0.0.1'::inet AS o"
    run "$TENON" sql "$sql"
    expect_exit 0
    expect_equal "$(tail -n 1 "$out")" "1	-7	1.5	12345678901234567890.10	true	a,\"b	x'00ff'	\\N	2026-11-29	0f8fad5b-d9cb-469f-a165-70867728950e	{\"k\": [1]}	{1,NULL,3}	04:05:06	red	10.0.0.1"
    run "$TENON" sql --csv "$sql"
    expect_exit 0
    expect_out_contains '"a,""b"'
    expect_out_contains '"{1,NULL,3}"'
    run "$TENON" sql --json "$sql"
    expect_exit 0
    expect_json_value '$.rows[0][1]' -7
    expect_json_value '$.rows[0][3]' 12345678901234567890.10
    expect_json_value '$.rows[0][10].k[0]' 1
    expect_json_value '$.rows[0][11][2]' 3
    expect_json_value '$.rows[0][6].blob' 00ff
}

test_timestamps_with_a_zone_are_shown_with_it() {
    have_database moments
    local sql="SET TimeZone = 'Asia/Kolkata'; SELECT '2026-11-29 04:05:06.5+00'::timestamptz AS a,
        '2026-11-29 04:05:06'::timestamp AS b, 'infinity'::timestamptz AS c,
        '0044-03-15 10:00:00+00 BC'::timestamptz AS d,
        ARRAY['2026-11-29 04:05:06Z'::timestamptz, NULL] AS e, ARRAY['2026-11-29 04:05:06'::timestamp] AS f"
    run "$TENON" sql "$sql"
    expect_exit 0
    expect_equal "$(tail -n 1 "$out")" "2026-11-29 04:05:06.5+00	2026-11-29 04:05:06	infinity	0044-03-15 10:00:00+00 BC	{\"2026-11-29 04:05:06+00\",NULL}	{\"2026-11-29 04:05:06\"}"
    run "$TENON" sql --csv "$sql"
    expect_out_contains '2026-11-29 04:05:06.5+00,2026-11-29 04:05:06,infinity,'
    run "$TENON" sql --json "$sql"
    expect_json_value '$.rows[0][0]' '2026-11-29 04:05:06.5+00'
    expect_json_value '$.rows[0][1]' '2026-11-29 04:05:06'
    expect_json_value '$.rows[0][4][0]' '2026-11-29 04:05:06+00'
    expect_json_value '$.rows[0][5][0]' '2026-11-29 04:05:06'
}

test_what_the_server_says_beside_results_is_told() {
    have_database notices
    local raise="DO \$\$ BEGIN RAISE WARNING 'careful
now'; RAISE INFO 'by the way'; END \$\$"
    run "$TENON" sql --write "DROP TABLE IF EXISTS gone; $raise; SELECT 1 AS one"
    expect_exit 0
    expect_out "one
1"
    expect_err_contains 'note: table "gone" does not exist, skipping [server-notice]'
    expect_err_contains 'warning: careful now [server-warning]'
    expect_err_contains 'note: by the way [server-notice]'
    run "$TENON" -q sql --write "DROP TABLE IF EXISTS gone"
    expect_exit 0
    expect_err_empty
    run "$TENON" --diagnostics=json sql --json --write "DROP TABLE IF EXISTS gone; SELECT 1"
    expect_exit 0
    expect_json
    expect_equal "$(cat "$err")" '{"code":"server-notice","severity":"note","file":null,"line":null,"column":null,"message":"table \"gone\" does not exist, skipping"}'
    run "$TENON" sql --write "DO \$\$ BEGIN FOR i IN 1..250 LOOP RAISE NOTICE 'row %', i; END LOOP; END \$\$"
    expect_exit 0
    expect_equal "$(grep -c '\[server-notice\]' "$err")" 101
    expect_err_contains "note: and 150 more [server-notice]"
    run "$TENON" sql --write "$raise; SELECT 1/0"
    expect_exit 4
    expect_err_contains 'warning: careful now'
    expect_err_contains 'division by zero'
}

test_it_only_reads_without_write() {
    have_database readonly
    pg_psql "$DATABASE_URL" "CREATE TABLE t (n int); CREATE SEQUENCE s;
        CREATE FUNCTION sneak() RETURNS int LANGUAGE sql AS 'INSERT INTO t VALUES (1) RETURNING n'"
    local sql
    for sql in "INSERT INTO t VALUES (1)" "CREATE TABLE u ()" "SELECT sneak()" "SELECT nextval('s')" \
        "WITH x AS (DELETE FROM t RETURNING n) SELECT * FROM x" "EXPLAIN ANALYZE INSERT INTO t VALUES (1)"; do
        run "$TENON" sql "$sql"
        expect_exit 3
        expect_err_contains "[read-only]"
        expect_err_contains "--write lets it"
    done
    run "$TENON" sql "COMMIT; INSERT INTO t VALUES (1)"
    expect_exit 2
    expect_equal "$(pg_psql "$DATABASE_URL" 'SELECT count(*) FROM t')" 0
}

test_write_is_all_or_nothing() {
    have_database write
    run "$TENON" sql --write "CREATE TABLE t (n int); INSERT INTO t VALUES (1), (2)"
    expect_exit 0
    expect_err_contains "2 rows affected"
    run "$TENON" sql --write "INSERT INTO t VALUES (3); INSERT INTO t VALUES ('x')"
    expect_exit 4
    expect_err_contains "sql:1:49: error: invalid input syntax for type integer"
    expect_equal "$(pg_psql "$DATABASE_URL" 'SELECT count(*) FROM t')" 2
    run "$TENON" sql --write "VACUUM t"
    expect_exit 0
    run "$TENON" sql --write "BEGIN; INSERT INTO t VALUES (3); COMMIT"
    expect_exit 2
    expect_err_contains "all of it is one transaction already"
}

test_dollar_quotes_and_nested_comments_are_one_statement() {
    have_database quotes
    printf '%s\n' "/* one /* two; */ three; */" \
        "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS \$body\$ BEGIN RETURN 1; END; \$body\$;" \
        "SELECT f() AS f, ';' AS s" >script.sql
    run "$TENON" sql --write -f script.sql
    expect_exit 0
    expect_equal "$(tail -n 1 "$out")" "1	;"
}

test_faults_stand_at_their_place() {
    have_database places
    run "$TENON" sql "SELECT 1;
SELECT nosuch"
    expect_exit 4
    expect_err_contains "sql:2:8: error: column \"nosuch\" does not exist"
    expect_err_contains "^~~~~~"
}

test_parameter_without_a_value_is_a_fault_at_its_place() {
    have_database params
    local sql
    for sql in "SELECT \$1::int" "SELECT :name"; do
        run "$TENON" sql "$sql"
        expect_exit 4
        expect_out_empty
        expect_err_contains "sql:1:8: error: a parameter has no value here: write it into the SQL [sql-failed]"
    done
    run "$TENON" sql --write "CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT \$1'; SELECT f(2)"
    expect_exit 0
}

test_what_fails_in_a_statement_ends_with_4() {
    have_database failing
    pg_psql "$DATABASE_URL" "CREATE TABLE t (n int)"
    local sql
    for sql in "VACUUM; SELECT 1" "SELECT 1/0" "SELECT ?1" "COPY t FROM STDIN" "copy (SELECT 1) TO /* us */ stdout" \
        "SET statement_timeout = 20; SELECT pg_sleep(30)"; do
        run "$TENON" sql --write "$sql"
        expect_exit 4
        expect_err_contains "[sql-failed]"
        expect_err_lacks tn_
    done
    for sql in "COPY t FROM STDIN" "COPY t TO STDOUT"; do
        run "$TENON" sql "$sql"
        expect_exit 4
        expect_err_contains "COPY from STDIN and to STDOUT is not for tenon sql: use tenon shell"
    done
    run "$TENON" sql "COPY t TO '/nowhere/file'"
    expect_exit 3
    expect_err_contains "--write lets it"
    run "$TENON" --url "$DATABASE_URL&statement_timeout=20ms" sql 'SELECT pg_sleep(30)'
    expect_exit 4
    expect_err_contains "took longer than 20 ms"
}

test_a_lock_of_another_ends_with_6() {
    have_database locked
    pg_psql "$DATABASE_URL" "CREATE TABLE t (n int)"
    mkfifo hold
    touch ready
    "$PG_BINDIR/psql" -XqAt -d "$DATABASE_URL" <hold >ready 2>&1 &
    local pid=$!
    exec 7>hold
    echo 'BEGIN; LOCK TABLE t; SELECT 1;' >&7
    while [ "$(wc -l <ready)" -lt 1 ]; do sleep 0.01; done
    run "$TENON" --url "$DATABASE_URL&lock_timeout=20ms" sql 'SELECT * FROM t'
    expect_exit 6
    expect_err_contains "[locked]"
    exec 7>&-
    wait $pid || true
}

test_numbers_without_an_end_are_named_as_the_server_does() {
    have_database infinite
    local sql="SELECT 'NaN'::float8 AS a, 'inf'::float8 AS b, '-inf'::float4 AS c, 'NaN'::numeric AS d,
        ARRAY['-inf', 'nan']::float8[] AS e"
    run "$TENON" sql "$sql"
    expect_equal "$(tail -n 1 "$out")" "NaN	Infinity	-Infinity	NaN	{-Infinity,NaN}"
    run "$TENON" sql --csv "$sql"
    expect_out_contains 'NaN,Infinity,-Infinity,NaN,"{-Infinity,NaN}"'
    run "$TENON" sql --json "$sql"
    expect_out_contains '[["NaN","Infinity","-Infinity","NaN",["-Infinity","NaN"]]]'
}

test_many_rows_are_not_kept_in_memory() {
    have_database many
    local sql="SELECT n, repeat('x', 100) AS x FROM generate_series(1, 1000000) AS n"
    # All of them would be more than 100 MB. A program that a sanitizer looks after needs more by itself.
    local limit='ulimit -v 100000'
    (ulimit -v 100000 && "$TENON" --version) >/dev/null 2>&1 || limit=:
    run_shell "$limit; '$TENON' sql --csv \"$sql\" | tail -n 1 | cut -c 1-9"
    expect_exit 0
    expect_equal "$(cat "$out")" 1000000,x
    run "$TENON" sql "SELECT 1 / (3 - n) AS q FROM generate_series(1, 5) AS n"
    expect_exit 4
    expect_equal "$(tail -n 1 "$out")" 1
    run "$TENON" sql --write "CREATE TABLE t (n int); INSERT INTO t VALUES (1), (2) RETURNING n; SELECT n FROM t"
    expect_exit 0
    expect_err_contains "2 rows affected"
}

run_tests
