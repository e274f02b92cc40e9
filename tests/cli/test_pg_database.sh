#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The family "database", the shell, and doctor, on PostgreSQL.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"
# shellcheck source=pg.sh
source "$(dirname "$0")/pg.sh"

url_of() { echo "${PG_URL/\/postgres\?//$1?}"; } # NAME: a database that need not be there

test_create_is_no_failure_twice() {
    pg_start
    DATABASE_URL=$(url_of "made $$")
    export DATABASE_URL
    run "$TENON" database create
    expect_exit 0
    expect_err_contains "made $$ has been created; next: tenon migrate up"
    run "$TENON" database create
    expect_exit 0
    expect_err_contains "made $$ is there already"
    expect_equal "$(pg_psql "$DATABASE_URL" 'SELECT current_database()')" "made $$"
    run "$TENON" database drop --yes
    expect_exit 0
}

test_a_url_without_a_database_makes_none() {
    pg_start
    DATABASE_URL=$(url_of "")
    export DATABASE_URL
    run "$TENON" database create
    expect_exit 2
    expect_err_contains "the database URL names no database"
    run "$TENON" database drop --yes
    expect_exit 2
}

test_create_says_whose_right_is_missing() {
    pg_start_own
    pg_psql "$PG_URL" "CREATE ROLE poor LOGIN"
    url=${PG_URL/\/postgres?/\/shop?}
    run "$TENON" database create --url "${url/user=postgres/user=poor}"
    expect_exit 4
    expect_err_contains "error: role 'poor' may not create a database: "
    expect_err_contains 'ALTER ROLE "poor" CREATEDB'
}

test_wait_is_interrupted() {
    local pid
    "$TENON" database wait --url postgres://127.0.0.1:1/x >"$out" 2>"$err" &
    pid=$!
    sleep 0.4
    kill -TERM $pid
    status=0
    wait $pid || status=$?
    expect_exit 143
    expect_equal "$(cat "$err")" "error: interrupted [interrupted]"
}

test_reset_makes_the_database_anew() {
    local name
    DATABASE_URL=$(pg_database renewed)
    export DATABASE_URL
    name=$(pg_psql "$DATABASE_URL" 'SELECT current_database()')
    mkdir migrations
    echo 'CREATE TABLE t (n int);' >migrations/0001_t.sql
    pg_psql "$DATABASE_URL" 'CREATE TABLE stray ()'
    run "$TENON" database reset --yes
    expect_exit 0
    expect_err_contains "Removed '$name'"
    expect_err_contains "$name has been created"
    expect_err_matches "^1 migration applied in .*, 0 pending$" # and nothing is to be generated
    expect_equal "$(pg_psql "$DATABASE_URL" "SELECT to_regclass('t') IS NOT NULL, to_regclass('stray') IS NULL")" "t|t"
    run "$TENON" database drop --yes
    run "$TENON" database reset --yes
    expect_exit 0
    expect_err_contains "Nothing to remove"
    expect_equal "$(pg_psql "$DATABASE_URL" 'SELECT count(*) FROM t')" 0
}

test_drop_has_to_be_confirmed() {
    DATABASE_URL=$(pg_database dropped)
    export DATABASE_URL
    local name
    name=$(pg_psql "$DATABASE_URL" 'SELECT current_database()')
    run "$TENON" database drop
    expect_exit 7
    expect_err_contains "this would remove '$name': it has to be confirmed"
    expect_err_contains "pass --yes, or --confirm $name"
    run "$TENON" database drop --confirm other
    expect_exit 7
    run "$TENON" database drop --confirm "$name"
    expect_exit 0
    expect_err_contains "Removed '$name'"
    run "$TENON" database drop --yes
    expect_exit 0
    expect_err_contains "Nothing to remove: there is no '$name'"
    run "$TENON" sql 'SELECT 1'
    expect_exit 3
    expect_err_contains "database \"$name\" does not exist"
    expect_err_contains "create it with: tenon database create"
}

test_drop_disconnects_nobody_without_force() {
    local url
    pg_start
    url=$(pg_database busy)
    export DATABASE_URL=$url
    mkfifo hold
    touch ready
    PGAPPNAME=holder "$PG_BINDIR/psql" -XqAt -d "$url" <hold >ready 2>&1 &
    local pid=$!
    exec 7>hold
    echo 'SELECT 1;' >&7
    while [ "$(wc -l <ready)" -lt 1 ]; do sleep 0.01; done
    run "$TENON" database drop --yes
    expect_exit 6
    expect_err_contains "is in use: by postgres in holder (process "
    expect_err_contains "--force disconnects them"
    run "$TENON" database drop --yes --force
    expect_exit 0
    exec 7>&-
    wait $pid || true
    run "$TENON" --url sqlite:app.db database drop --yes --force
    expect_exit 2
    expect_err_contains "nobody can be disconnected from a file"
}

test_wait_answers_or_says_why_not() {
    pg_start_own
    export DATABASE_URL=$PG_URL
    run "$TENON" database wait
    expect_exit 0
    expect_err_contains "postgres answers"
    tn_pg_end "$tn_scratch/pg.own"
    run "$TENON" database wait --timeout 200ms
    expect_exit 3
    expect_err_contains "$PG_SOCKET"
}

test_info_says_what_is_in_force() {
    DATABASE_URL=$(pg_database info)
    export DATABASE_URL
    pg_psql "$DATABASE_URL" 'CREATE TABLE t (id serial PRIMARY KEY); CREATE VIEW v AS SELECT 1 AS x'
    run "$TENON" database info
    expect_exit 0
    expect_out_contains "engine	postgres"
    expect_out_contains "pooler	none found"
    expect_out_contains "encoding	UTF8"
    expect_out_contains "is_standby	false"
    expect_out_matches "^max_connections	[0-9]+"
    expect_out_contains "tables	1"
    expect_out_contains "sequences	1"
    expect_out_contains "views	1"
    run "$TENON" database info --json
    expect_exit 0
    expect_json_value '$.engine' postgres
    expect_json_value '$.tables' 1
    run "$TENON" -vv database info
    expect_err_contains "server_version = "
}

test_a_password_is_nowhere_shown() {
    pg_start_own --password 'sécret/@:%' --tcp
    export DATABASE_URL=$PG_URL
    local command
    for command in "sql SELECT+1" "database info" config "config --explain" "-vv sql SELECT+1"; do
        # shellcheck disable=SC2086
        run "$TENON" ${command//+/ }
        expect_out_lacks 'cret/@'
        expect_out_lacks 'cret%2F'
        expect_err_lacks 'cret/@'
        expect_err_lacks 'cret%2F'
    done
    run "$TENON" config --explain
    expect_out_contains "***"
    export DATABASE_URL=${PG_URL/cret/CRET}
    run "$TENON" sql 'SELECT 1'
    expect_exit 3
    expect_err_contains "password authentication failed"
    expect_err_lacks CRET
    run "$TENON" database wait --timeout 30s
    expect_exit 3
}

test_parts_of_the_environment_make_a_url() {
    pg_start_own --password 'a b/@' --tcp
    POSTGRES_HOST=127.0.0.1 POSTGRES_DB=postgres POSTGRES_USER=postgres
    POSTGRES_PORT=$PG_PORT
    export POSTGRES_HOST POSTGRES_DB POSTGRES_USER POSTGRES_PORT
    echo "POSTGRES_PASSWORD='a b/@'" >.env
    run "$TENON" sql 'SELECT current_user::text AS u'
    expect_exit 0
    expect_equal "$(tail -n 1 "$out")" postgres
    run "$TENON" config --explain
    expect_out_contains "database.url	postgres://postgres:***@127.0.0.1:$POSTGRES_PORT/postgres	environment POSTGRES_HOST"
}

test_parts_that_make_no_url_are_named() {
    POSTGRES_USER=ann run "$TENON" sql 'SELECT 1'
    expect_exit 2
    expect_err_contains "no database is configured: POSTGRES_USER is set, but neither POSTGRES_HOST nor POSTGRES_DB"
    local port
    for port in abc 0 70000 -1 54321234567; do
        POSTGRES_DB=shop POSTGRES_PORT=$port run "$TENON" config --explain
        expect_exit 2
        expect_err_contains "error: POSTGRES_PORT is '$port', and a port is a number from 1 to 65535 [bad-setting]"
        expect_err_contains "it is from environment POSTGRES_PORT"
    done
    printf 'POSTGRES_HOST=db\nPOSTGRES_PASSWORD=s3cret\n' >.env
    run "$TENON" config
    expect_exit 2
    expect_err_contains "POSTGRES_PASSWORD is set, and POSTGRES_USER, whose it is, is not"
    expect_err_matches "^.env:2:[0-9]*:? error: POSTGRES_PASSWORD"
    expect_err_lacks s3cret
    echo 'POSTGRES_HOST=postgres://ann:s3cret@db/shop' >.env
    run "$TENON" config
    expect_exit 2
    expect_err_contains "a URL in DATABASE_URL"
    expect_err_lacks s3cret
    # DATABASE_URL is stronger, and the others are not looked at.
    POSTGRES_PORT=abc DATABASE_URL=sqlite:a.db run "$TENON" config --explain
    expect_exit 0
    expect_out_contains "database.url	sqlite:a.db	environment DATABASE_URL"
}

test_commands_go_past_a_pooler() {
    local url
    url=$(pg_database direct)
    printf '[database]\nurl = postgres://nobody@/nothing?host=/nowhere\ndirect_url = %s\n' "$url" >tenon.ini
    run "$TENON" sql 'SELECT 1 AS one'
    expect_exit 0
    run "$TENON" config
    expect_out_contains "database.direct_url	postgres://"
    printf '[database]\nurl = sqlite:a.db\ndirect_url = %s\n' "$url" >tenon.ini
    run "$TENON" config
    expect_exit 2
    expect_err_contains "'database.direct_url' is for projects of PostgreSQL"
}

test_urls_that_are_wrong_end_with_2() {
    local url
    for url in 'postgres://h:x/d' 'postgres://h/d?sslmode=on' 'postgres://h/d?journal_mode=wal' \
        'postgres://h/d?max_conections=2'; do
        run "$TENON" --url "$url" sql 'SELECT 1'
        expect_exit 2
    done
    run "$TENON" --url 'postgres://u:hidden@127.0.0.1:1/d' sql 'SELECT 1'
    expect_exit 3
    expect_err_contains "Connection refused"
    expect_err_lacks hidden
}

test_shell_is_psql_without_the_password_in_its_words() {
    pg_start
    cat >psql <<'SH'
#!/bin/sh
printf '%s\n' "$@"
echo "password: $PGPASSWORD"
SH
    chmod +x psql
    PATH=$PWD:$PATH run "$TENON" --url 'postgres://u:secret@h:1/d?max_connections=2&sslmode=prefer' shell -- -c '\d'
    expect_exit 0
    expect_equal "$(cat "$out")" "-d
postgres://u@h:1/d?sslmode=prefer
-c
\\d
password: secret"
    rm psql
    PATH=$PG_BINDIR:$PATH run "$TENON" --url "$PG_URL" shell -- -XAt -c 'SELECT 6 * 7'
    expect_exit 0
    expect_equal "$(cat "$out")" 42
    PATH=$PWD run "$TENON" --url "$PG_URL" shell
    expect_exit 2
    expect_err_contains "there is no program 'psql'"
}

# --- doctor

test_doctor_of_a_sound_database_says_nothing() {
    pg_start_own # of others' sessions it would speak, too
    DATABASE_URL=$(pg_database sound)
    export DATABASE_URL
    pg_psql "$DATABASE_URL" "CREATE TABLE p (id bigint PRIMARY KEY);
        CREATE TABLE c (id bigserial PRIMARY KEY, p bigint REFERENCES p, q bigint REFERENCES p);
        CREATE INDEX ON c (p); CREATE INDEX ON c (q, id); INSERT INTO c (p) VALUES (NULL)"
    run "$TENON" doctor
    expect_exit 0
    expect_err_contains "0 findings"
}

test_doctor_finds_what_is_wrong_in_the_schema() {
    pg_start_own
    DATABASE_URL=$(pg_database ill)
    export DATABASE_URL
    pg_psql "$DATABASE_URL" "CREATE TABLE p (a int, b int, PRIMARY KEY (a, b));
        CREATE TABLE c (id serial, a int, b int, n int, FOREIGN KEY (a, b) REFERENCES p);
        CREATE INDEX ON c (a); INSERT INTO c (n) VALUES (1), (1);
        ALTER TABLE c ADD CONSTRAINT few CHECK (n > 1) NOT VALID;
        ALTER SEQUENCE c_id_seq AS bigint; ALTER SEQUENCE c_id_seq NO MAXVALUE;
        SELECT setval('c_id_seq', 2000000000)" >/dev/null
    pg_psql "$DATABASE_URL" "CREATE UNIQUE INDEX CONCURRENTLY half ON c (n)" 2>/dev/null || true
    run "$TENON" doctor
    expect_exit 1
    expect_err_contains "no index of c serves its foreign key c_a_b_fkey (a, b) [foreign-key-no-index]"
    expect_err_contains "the constraint few of c is NOT VALID: rows from before it may break it [constraint-not-valid]"
    expect_err_contains "the index half of c is not valid: writes keep it, and no query uses it [index-not-valid]"
    expect_err_contains "the sequence c_id_seq is at 2000000000 of 2147483647 [sequence-near-end]"
    expect_err_contains "4 findings"
    run "$TENON" doctor --json
    expect_exit 1
    expect_json_value '$.findings[0].code' index-not-valid
}

test_doctor_finds_sessions_and_servers_that_are_left_alone() {
    pg_start_own
    DATABASE_URL=$(pg_database idle)
    export DATABASE_URL
    mkfifo hold
    touch ready
    PGAPPNAME=sleeper "$PG_BINDIR/psql" -XqAt -d "$DATABASE_URL" <hold >ready 2>&1 &
    local pid=$!
    exec 7>hold
    echo 'BEGIN; SELECT 1;' >&7
    # A server of the future: who asks it for the time comes to another function first.
    pg_psql "$DATABASE_URL" "CREATE SCHEMA future;
        CREATE FUNCTION future.now() RETURNS timestamptz LANGUAGE sql AS 'SELECT pg_catalog.now() + interval ''20 years'''"
    run "$TENON" --url "$DATABASE_URL&options=-csearch_path%3Dfuture,pg_catalog" doctor
    expect_exit 1
    expect_err_contains "gets no repairs since 20"
    expect_err_contains end-of-life
    sleep 5.5
    run "$TENON" doctor
    expect_exit 1
    expect_err_contains "(postgres in sleeper) has been idle in a transaction for "
    expect_err_contains idle-in-transaction
    exec 7>&-
    wait $pid || true
}

test_wait_is_over_where_a_server_has_no_such_database() {
    pg_start
    SECONDS=0
    run "$TENON" database wait --timeout 60s --url "${PG_URL/\/postgres?/\/nowhere?}"
    expect_exit 3
    expect_err_contains "[no-database]"
    expect_err_contains "help: create it with: tenon database create"
    [ "$SECONDS" -lt 30 ] || fail "it has waited"
}

test_direct_url_is_named_and_explained() {
    pg_start
    run "$TENON" config --explain --url "postgres://h/d?direct_url=postgres%3A%2F%2Fu%3Ap%40h2%2Fd%3Fsslmode%3Drequire"
    expect_out_contains "database.direct_url	postgres://u:***@h2/d?sslmode=require	database.url"
    printf 'CREATE TABLE a (x int);\n' | write migrations/1_a.sql
    run "$TENON" migrate up --url "$PG_URL&direct_url=postgres%3A%2F%2F127.0.0.1%3A1%2Fd"
    expect_exit 3
    expect_err_contains "direct_url: connection to server"
    DIRECT_URL=postgres://127.0.0.1:1/d run "$TENON" sql "SELECT 1" --url "$PG_URL"
    expect_exit 3
    expect_err_contains "direct_url: connection to server"
    run "$TENON" sql "SELECT 1" --url "$PG_URL&direct_url=postgres://h/d?sslmode=require"
    expect_exit 2
    expect_err_contains "a direct_url that is not percent-encoded"
}

test_doctor_finds_rows_that_nobody_freezes() {
    pg_start_own --set autovacuum_freeze_max_age=100000
    export DATABASE_URL=$PG_URL
    run "$TENON" doctor
    expect_exit 0
    mkfifo hold
    touch ready
    "$PG_BINDIR/psql" -XqAt -d "$PG_URL" <hold >ready 2>&1 &
    local pid=$!
    exec 7>hold
    echo 'BEGIN ISOLATION LEVEL REPEATABLE READ; CREATE TABLE held (); SELECT 1;' >&7
    while [ "$(wc -l <ready)" -lt 1 ]; do sleep 0.01; done
    pg_psql "$PG_URL" "CREATE PROCEDURE burn() LANGUAGE plpgsql AS \$\$ BEGIN
            FOR i IN 1..210000 LOOP
                PERFORM pg_current_xact_id(); COMMIT;
            END LOOP; END \$\$"
    pg_psql "$PG_URL" "CALL burn()"
    run "$TENON" doctor
    expect_exit 1
    expect_err_contains "transactions old, and autovacuum should freeze them at 100000"
    expect_err_contains wraparound-near
    exec 7>&-
    wait $pid || true
}

run_tests
