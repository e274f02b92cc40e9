#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The commands of the family "migrate" on PostgreSQL.
source "$(dirname "$0")/lib.sh"
source "$tn_here/pg.sh"

# use NAME: a new database, in DATABASE_URL.
use() {
    pg_start
    DATABASE_URL=$(pg_database "$1")
    export DATABASE_URL
}

ask() { pg_psql "$DATABASE_URL" "$1"; }
versions() { ask "SELECT string_agg(version::text, ' ' ORDER BY version) FROM _sqlx_migrations"; }

# wait_for SQL: until it says "t".
wait_for() {
    local i
    for ((i = 0; i < 3000; i++)); do
        [ "$(ask "$1")" != t ] || return 0
        sleep 0.01
    done
    fail "never: $1"
}

# Whether somebody sleeps, and end it.
asleep="SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND state = 'active'
    AND query LIKE '%pg_sleep(30)%' AND pid <> pg_backend_pid()"
wake() {
    ask "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()
        AND query LIKE '%pg_sleep(30)%' AND pid <> pg_backend_pid()" >/dev/null
}

three_pairs() {
    local n
    for n in 1 2 3; do
        echo "CREATE TABLE t$n (id bigint PRIMARY KEY);" | write "migrations/000${n}_t$n.up.sql"
        echo "DROP TABLE t$n;" | write "migrations/000${n}_t$n.down.sql"
    done
}

test_up_and_down_go_step_by_step() {
    use steps
    three_pairs
    run "$TENON" migrate status --exit-code
    expect_exit 1
    expect_equal "$(ask "SELECT to_regclass('_sqlx_migrations') IS NULL")" t
    run "$TENON" migrate up -n 1
    expect_exit 0
    expect_err_matches '^Applied 0001 t1 \([0-9.]+ ms\)$'
    run "$TENON" migrate up --to 0002 --json
    expect_exit 0
    expect_out_matches '^\{"v":1,"dry_run":false,"applied":\[\{"version":"0002","name":"t2","elapsed_ns":[0-9]+\}\],"pending":1\}$'
    run "$TENON" migrate up
    expect_equal "$(versions)" "1 2 3"
    run "$TENON" migrate up
    expect_err_contains "Nothing to do: 3 applied, 0 pending"
    run "$TENON" migrate status --exit-code --json
    expect_exit 0
    expect_out_matches '"state":"applied","applied_at":"20[0-9-]+ [0-9:]+"'
    run "$TENON" migrate down --to 0001
    expect_equal "$(versions)" 1
    run "$TENON" migrate down --all
    expect_equal "$(ask "SELECT to_regclass('t1') IS NULL")" t
}

test_several_in_a_row_end_as_they_say() {
    use turns
    three_pairs
    run "$TENON" migrate up
    run "$TENON" migrate redo -n 2
    expect_exit 0
    expect_err_contains "2 reverted, 2 applied"
    run "$TENON" migrate refresh --yes
    expect_err_contains "3 reverted, 3 applied"
    ask "CREATE VIEW v AS SELECT * FROM t1" >/dev/null
    run "$TENON" migrate fresh
    expect_exit 7
    run "$TENON" migrate fresh --yes
    expect_exit 0
    expect_err_contains "5 objects dropped, 3 applied"
    expect_equal "$(ask "SELECT to_regclass('v') IS NULL")" t
    run "$TENON" migrate reset --yes
    expect_exit 0
    expect_equal "$(ask "SELECT count(*) FROM _sqlx_migrations")" 0
}

test_dry_run_prints_what_would_run_and_writes_nothing() {
    use dry
    three_pairs
    run "$TENON" migrate up --dry-run
    expect_exit 0
    expect_out_contains "CREATE TABLE IF NOT EXISTS public._sqlx_migrations ("
    expect_out_contains "SET LOCAL lock_timeout = 5000;"
    expect_equal "$(ask "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace")" 0
    "$PG_BINDIR/psql" -XqAt -v ON_ERROR_STOP=1 -d "$DATABASE_URL" -f "$out"
    run "$TENON" migrate validate
    expect_exit 0
    expect_err_contains "3 migrations are sound: 3 applied, 0 pending"
}

test_notices_of_a_migration_are_told_and_our_own_are_not() {
    use notices
    printf 'DROP TABLE IF EXISTS gone;\nCREATE TABLE a (x int PRIMARY KEY);\nCREATE TABLE b (x int REFERENCES a);\n' |
        write migrations/1_a.sql
    run "$TENON" migrate up
    expect_exit 0
    expect_equal "$(grep -c server- "$err")" 1
    expect_err_contains 'note: table "gone" does not exist, skipping [server-notice]'
    run "$TENON" migrate status
    expect_err_lacks server-notice
    run "$TENON" migrate fresh --yes
    expect_exit 0
    expect_equal "$(grep -c server- "$err")" 1
    DATABASE_URL="$DATABASE_URL&direct_url=$(printf %s "$DATABASE_URL" | sed 's/%/%25/g; s/&/%26/g')" \
        run "$TENON" migrate fresh --yes
    expect_exit 0
    expect_equal "$(grep -c server- "$err")" 1
    run "$TENON" -q migrate fresh --yes
    expect_err_empty
}

test_fresh_names_the_schemas_and_keeps_those_that_may_have_been_there() {
    use schemas
    ask "CREATE SCHEMA shared; GRANT USAGE ON SCHEMA shared TO pg_monitor; CREATE TABLE shared.old (x int);
        CREATE SCHEMA others; CREATE TABLE others.t (x int); CREATE SCHEMA \"odd name\"; CREATE TABLE \"odd name\".t ()"
    printf 'CREATE SCHEMA IF NOT EXISTS shared;\nCREATE SCHEMA own;\nCREATE TABLE shared.a (x int);\nCREATE TABLE own.a (x int);
CREATE SCHEMA IF NOT EXISTS "odd name";\nCREATE TABLE "odd name".a (x int);\n' | write migrations/1_a.sql
    printf 'CREATE SCHEMA IF NOT EXISTS shared;\n' | write migrations/2_b.sql
    run "$TENON" migrate up -q
    expect_exit 0
    run "$TENON" migrate fresh
    expect_exit 7
    expect_err_contains "this would drop everything, whoever made it, in the search path and in shared and in own and in \"odd name\" of '"
    run "$TENON" migrate fresh --yes
    expect_exit 0
    expect_err_contains "2 applied"
    expect_equal "$(ask "SELECT string_agg(schemaname || '.' || tablename, ' ' ORDER BY 1) FROM (SELECT schemaname, tablename
        FROM pg_tables WHERE schemaname IN ('shared', 'own', 'others', 'odd name') ORDER BY 1, 2) t")" \
        "odd name.a others.t own.a shared.a"
    expect_equal "$(ask "SELECT has_schema_privilege('pg_monitor', 'shared', 'USAGE')")" t
}

test_lease_is_asked_for_beside_a_direct_url() {
    use direct
    printf 'CREATE TABLE a (x int);\n' | write migrations/1_a.sql
    local direct=$DATABASE_URL
    DIRECT_URL=$direct DATABASE_URL="postgres://nobody.invalid/x?migration_lock=table" \
        run "$TENON" migrate up
    expect_exit 0
    expect_equal "$(pg_psql "$DATABASE_URL" "SELECT to_regclass('_tenon_lock')")" _tenon_lock
}

test_failure_is_shown_at_its_place() {
    use faults
    printf 'CREATE TABLE ok (x int);\n' | write migrations/1_ok.sql
    printf 'CREATE TABLE a (x int);\nCREATE INDEX ON a (ix);\n' | write migrations/2_bad.sql
    run "$TENON" migrate up
    expect_exit 4
    expect_err_contains 'migrations/2_bad.sql:2:1: error: column "ix" does not exist [migration-failed]'
    expect_err_contains "1 migration applied before it, 1 pending"
    expect_equal "$(versions)" 1
    printf 'COPY ok FROM STDIN;\n1\n\\.\n' | write migrations/2_bad.sql
    run "$TENON" migrate validate
    expect_exit 1
    expect_err_contains "migrations/2_bad.sql:1:1: error: COPY … FROM STDIN"
    run "$TENON" migrate up
    expect_exit 7
    expect_err_lacks "rolled back"
    expect_err_contains "[refused]"
    printf 'CREATE TABLE rr (a int);ROLLBACK;\n' | write migrations/2_bad.sql
    run "$TENON" migrate up
    expect_exit 7
    expect_err_contains "migrations/2_bad.sql:1:25: error: this would undo the transaction"
    expect_err_contains "[refused]"
    printf 'CREATE INDEX CONCURRENTLY ON ok (x);\n' | write migrations/2_bad.sql
    run "$TENON" migrate up
    expect_exit 7
    expect_err_contains "begin the file with '-- no-transaction'"
}

test_index_that_fails_is_named_until_it_is_gone() {
    use indexes
    printf 'CREATE TABLE a (x int);\nINSERT INTO a VALUES (1), (1);\n' | write migrations/1_a.sql
    printf -- '-- no-transaction\nCREATE INDEX CONCURRENTLY i ON a (x);\nCREATE UNIQUE INDEX CONCURRENTLY u ON a (x);\n' |
        write migrations/2_b.sql
    run "$TENON" migrate up
    expect_exit 5
    expect_err_contains 'it is left invalid: run "DROP INDEX CONCURRENTLY public.u"'
    run "$TENON" migrate status
    expect_exit 0
    expect_out_matches '^2.b.partial'
    expect_err_contains 'public.u; it is not used'
    run "$TENON" migrate resume
    expect_exit 5
    ask "DROP INDEX CONCURRENTLY u" >/dev/null
    ask "DELETE FROM a WHERE ctid = '(0,1)'" >/dev/null
    run "$TENON" migrate resume
    expect_exit 0
    run "$TENON" migrate validate
    expect_exit 0
    expect_err_lacks warning
}

test_history_is_put_in_order_by_hand() {
    use settle
    three_pairs
    run "$TENON" migrate baseline 0001
    expect_exit 0
    run "$TENON" migrate skip 0003
    expect_exit 0
    expect_equal "$(versions)" "1 3"
    printf -- '-- no-transaction\nCREATE TABLE t2 (x int);\nSELECT 1/0;\n' | write migrations/0002_t2.up.sql
    run "$TENON" migrate up
    expect_exit 5
    run "$TENON" migrate resolve 0002 --applied
    expect_exit 0
    expect_equal "$(versions)" "1 2 3"
    printf -- '-- no-transaction\r\nCREATE TABLE t2 (x int);\r\nSELECT 1/0;\r\n' | write migrations/0002_t2.up.sql
    run "$TENON" migrate repair
    expect_exit 0
    expect_err_contains "Repaired 0002 t2"
}

test_another_migrator_is_named_and_waited_for() {
    use together
    ask "CREATE TABLE go (x int)" >/dev/null
    write migrations/1_slow.sql <<'SQL'
DO $$ BEGIN LOOP PERFORM pg_sleep(0.02); EXIT WHEN EXISTS (SELECT FROM go); END LOOP; END $$;
SQL
    "$TENON" migrate up >/dev/null 2>first.err &
    local first=$!
    wait_for "SELECT count(*) > 0 FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'DO %'"
    run "$TENON" migrate up --url "$DATABASE_URL&lock_timeout=200ms"
    expect_exit 6
    expect_err_matches 'another migrator is at work: process [0-9]+ \(user postgres, tenon, active for [0-9]+ s: DO \$\$'
    "$TENON" migrate up --url "$DATABASE_URL&lock_timeout=60s" >/dev/null 2>second.err &
    local second=$!
    ask "INSERT INTO go VALUES (1)" >/dev/null
    wait $first
    wait $second
    grep -q "Applied 1 slow" first.err || fail "$(cat first.err)"
    grep -q "Nothing to do: 1 applied" second.err || fail "$(cat second.err)"
}

test_lock_of_an_application_is_named() {
    use ddl
    printf 'CREATE TABLE a (x int);\n' | write migrations/1_a.sql
    run "$TENON" migrate up
    printf 'ALTER TABLE a ADD COLUMN y int;\n' | write migrations/2_b.sql
    mkfifo hold
    PGAPPNAME="the app" "$PG_BINDIR/psql" -XqAt -d "$DATABASE_URL" <hold >/dev/null &
    exec {fd}>hold
    echo "BEGIN; LOCK TABLE a IN ACCESS SHARE MODE;" >&"$fd"
    wait_for "SELECT count(*) > 0 FROM pg_locks WHERE relation = 'a'::regclass AND mode = 'AccessShareLock' AND pid <> pg_backend_pid()"
    run "$TENON" migrate up --url "$DATABASE_URL&lock_timeout=100ms"
    exec {fd}>&-
    expect_exit 6
    expect_err_contains "rolled back, and run again in"
    expect_err_matches 'error: .*it waited for process [0-9]+ \(user postgres, the app, idle in transaction'
    wait
    run "$TENON" migrate up
    expect_exit 0
}

test_lease_stands_in_for_the_lock() {
    use lease
    three_pairs
    run "$TENON" migrate up --url "$DATABASE_URL&migration_lock=table"
    expect_exit 0
    ask "INSERT INTO _tenon_lock VALUES ('migrate', 'process 7 on ''afar''', now(), now() + interval '1 hour')" >/dev/null
    run "$TENON" migrate down --url "$DATABASE_URL&migration_lock=table&lock_timeout=100ms"
    expect_exit 6
    expect_err_contains "process 7 on 'afar', since"
    run "$TENON" migrate up --url "$DATABASE_URL&migration_lock=on"
    expect_exit 2
}

test_interrupted_migration_is_rolled_back() {
    use interrupt
    printf 'CREATE TABLE a (x int);\nSELECT pg_sleep(30);\n' | write migrations/1_a.sql
    "$TENON" migrate up >/dev/null 2>"$err" &
    local first=$!
    wait_for "$asleep"
    kill -TERM $first
    status=0
    wait $first || status=$?
    expect_exit 143
    expect_err_contains "Interrupted: what was running has been rolled back"
    expect_equal "$(ask "SELECT to_regclass('a') IS NULL")" t
}

test_killed_migration_goes_on_from_its_record() {
    use killed
    printf -- '-- no-transaction\nCREATE TABLE a (x int);\nSELECT pg_sleep(30);\nCREATE TABLE b (x int);\n' |
        write migrations/1_a.sql
    "$TENON" migrate up >/dev/null 2>&1 &
    local first=$!
    wait_for "$asleep"
    run "$TENON" migrate status
    expect_err_contains "migration '1' is being applied by process $first"
    kill -9 $first
    wait $first || true
    wake
    run "$TENON" migrate status
    expect_out_matches '^1.a.partial'
    sed -i 's/30/0/' migrations/1_a.sql
    run "$TENON" migrate resume
    expect_exit 0
    expect_equal "$(versions)" 1
}

# json_of: what each command of stdin's lines prints as JSON, without times and SQL, with its exit code.
json_of() {
    local words
    while read -ra words; do
        run "$TENON" migrate "${words[@]}" --json -q
        echo "${words[*]}: $status"
        sed -E 's/"elapsed_ns":[0-9]+/"elapsed_ns":N/g; s/"applied_at":"[0-9: -]{19}"/"applied_at":"T"/g
            s/"sql":"([^"\\]|\\.)*"/"sql":"S"/g; s/"dropped":[1-9][0-9]*/"dropped":N/; s/on [0-9-]+ [0-9:]{8}/on T/' "$out"
    done
}

# The same steps on any database.
json_of_all() {
    three_pairs
    run "$TENON" database create
    printf '%s\n' status "status --exit-code" validate "up --dry-run" "up -n 2" up up validate "down --dry-run" down redo \
        "redo -n 2" "refresh --yes" "reset --yes" "baseline 0002 --dry-run" "baseline 0002" "skip 0003 --dry-run" \
        "skip 0003" repair "repair 0001 --dry-run" resume "resolve 0003 --applied" status "fresh --yes" "list --exit-code" |
        json_of
    echo "SELECT 1;" >>migrations/0002_t2.up.sql
    printf -- '-- no-transaction\nCREATE TABLE u (x int);\nCREATE TABLE u (x int);\n' | write migrations/0004_u.up.sql
    printf '%s\n' status validate up "repair 0002" up status resume "resolve 0004 --reverted" validate | json_of
}

test_json_has_the_form_that_it_has_on_sqlite() {
    mkdir one two
    cd one
    DATABASE_URL=sqlite:app.db json_of_all >../sqlite.json
    cd ../two
    use json
    json_of_all >../postgres.json
    cd ..
    local word
    for word in '"reverted":[{' '"applied":[{' '"dropped":N' '"state":"partial"' '"state":"changed"' '"findings":[{'; do
        expect_file_contains sqlite.json "$word"
    done
    diff -u sqlite.json postgres.json >&2 || fail "the forms differ"
}

test_embedded_set_is_cut_as_postgresql() {
    use embed
    printf 'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; SELECT 2; $$;\n' | write migrations/1_f.sql
    run "$TENON" migrate embed -o out/m.c
    expect_exit 0
    expect_equal "$(sed -n '/up_0_stmts/,/};/p' out/m.c | grep -c '^    {[1-9]\|^    {0, [1-9]')" 1
}

run_tests
