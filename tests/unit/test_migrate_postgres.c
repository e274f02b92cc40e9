/* SPDX-License-Identifier: MIT */
/* Migrations on PostgreSQL: what is run, what is noted, what is left. */
#include "check.h"
#include "pg_migration.h"

#include "migrate/script.h"
#include "migrate/set.h"

/* --- the history -------------------------------------------------------------------------------- */

/* As sqlx 0.8 and 0.9 create it (sqlx-postgres/src/migrate.rs). */
static const char sqlx_create[] = "CREATE TABLE IF NOT EXISTS _sqlx_migrations (\n"
                                  "    version BIGINT PRIMARY KEY,\n"
                                  "    description TEXT NOT NULL,\n"
                                  "    installed_on TIMESTAMPTZ NOT NULL DEFAULT now(),\n"
                                  "    success BOOLEAN NOT NULL,\n"
                                  "    checksum BYTEA NOT NULL,\n"
                                  "    execution_time BIGINT NOT NULL\n"
                                  ")";

#define SHAPE                                                                              \
 "SELECT string_agg(concat_ws(' ', attnum, attname, format_type(atttypid, atttypmod), "    \
 "attnotnull, pg_get_expr(d.adbin, d.adrelid)), '; ' ORDER BY attnum) || (SELECT "         \
 "string_agg(conname || ' ' || pg_get_constraintdef(oid), '; ') FROM pg_constraint WHERE " \
 "conrelid = '_sqlx_migrations'::regclass) FROM pg_attribute a LEFT JOIN pg_attrdef d ON " \
 "adrelid = attrelid AND adnum = attnum WHERE attrelid = '_sqlx_migrations'::regclass AND attnum > 0"

static void history_is_sqlx_s_table_and_row(void **state)
{
    struct migration_test *t = *state;
    char ours[2048];
    migration_file(t, "1_the_first.sql", "CREATE TABLE a (x int);\n");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    snprintf(ours, sizeof ours, "%s", pg_query(t->url, SHAPE));
    const char *other = pg_new_database();
    pg_query(other, sqlx_create);
    assert_string_equal(ours, pg_query(other, SHAPE));
    pg_expect(
        t,
        "SELECT version, description, success, checksum = sha384('CREATE TABLE a (x int);\n'), "
        "execution_time > 0, now() - installed_on < interval '1 minute' FROM _sqlx_migrations",
        "1|the first|t|t|t|t");
    assert_int_equal(strlen(t->report.items[0].applied_at), strlen("2026-11-29 04:13:42"));
}

static void history_that_sqlx_wrote_is_taken_over(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", "CREATE TABLE a (x int);");
    migration_file(t, "2_b.sql", "CREATE TABLE b (x int);");
    pg_query(t->url, sqlx_create);
    pg_query(t->url, "CREATE TABLE a (x int)");
    pg_query(t->url,
             "INSERT INTO _sqlx_migrations ( version, description, success, checksum, "
             "execution_time ) VALUES ( 1, 'a', TRUE, sha384('CREATE TABLE a (x int);'), 7 )");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    assert_int_equal(t->report.count, 1);
    pg_expect(t, PG_VERSIONS, "1 2");
    pg_query(t->url, "UPDATE _sqlx_migrations SET checksum = '\\x00'");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EREFUSED);
}

static void history_of_another_shape_is_refused(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", "CREATE TABLE a (x int);");
    pg_query(t->url, "CREATE TABLE _sqlx_migrations (version bigint, description text)");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EREFUSED);
    assert_non_null(strstr(t->err.message, "has no column 'installed_on'"));
    pg_query(t->url, "DROP TABLE _sqlx_migrations");
    pg_query(t->url, "CREATE VIEW _sqlx_migrations AS SELECT 1 AS version");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EREFUSED);
    assert_non_null(strstr(t->err.message, "'public._sqlx_migrations' is no table here"));
}

static void search_path_of_a_migration_loses_no_history(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql",
                   "CREATE SCHEMA app;\nSET search_path TO app;\nCREATE TABLE a (x int);\n");
    migration_file(t, "2_b.sql", "CREATE TABLE b (x int);");
    migration_file(t, "3_c.sql",
                   "SELECT pg_catalog.set_config('search_path', '', false);\n"
                   "CREATE TABLE app.c (x int);\n");
    migration_file(t, "4_d.sql",
                   "-- no-transaction\nSET search_path TO app;\nCREATE TABLE d (x int);");
    migration_file(t, "5_e.sql", "CREATE TABLE e (x int);");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    pg_expect(t, PG_VERSIONS, "1 2 3 4 5");
    pg_expect(
        t,
        "SELECT string_agg(relnamespace::regnamespace || '.' || relname, ' ' ORDER BY relname) "
        "FROM pg_class WHERE relname IN ('a', 'b', 'c', 'd', 'e')",
        "app.a public.b app.c app.d public.e");
}

static void schema_that_has_to_be_quoted_holds_the_history(void **state)
{
    struct migration_test *t = *state;
    char sql[128];
    migration_file(t, "1_a.up.sql", "CREATE TABLE a (x int);");
    migration_file(t, "1_a.down.sql", "DROP TABLE a;");
    migration_file(t, "2_b.up.sql", "-- no-transaction\nCREATE TABLE b (x int);\nSELECT 1/0;\n");
    pg_query(t->url, "CREATE SCHEMA \"it's @~\"\"\"");
    snprintf(sql, sizeof sql, "ALTER DATABASE %s SET search_path = \"it's @~\"\"\", public",
             pg_query(t->url, "SELECT current_database()"));
    pg_query(t->url, sql);
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EPARTIAL);
    pg_expect(t, "SELECT version FROM \"it's @~\"\"\"._sqlx_migrations", "1");
    pg_expect(t, "SELECT count(*) FROM \"it's @~\"\"\"._tenon_state", "1");
    t->options.has_to = true;
    t->options.to = 2;
    assert_ok(migration_run(t, TN_MIGRATE_RESOLVE_REVERTED));
    assert_ok(migration_run(t, TN_MIGRATE_DOWN));
    pg_expect(t, "SELECT count(*) FROM \"it's @~\"\"\"._sqlx_migrations", "0");
}

/* --- running ------------------------------------------------------------------------------------ */

static void parameter_is_refused_before_anything_runs(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql",
                   "CREATE TABLE a (x int, y int[]);\n"
                   "CREATE FUNCTION more(int) RETURNS int LANGUAGE sql AS 'SELECT $1 + 1';\n"
                   "CREATE FUNCTION \"two:x\"(int) RETURNS int LANGUAGE sql AS $$ SELECT $1 $$;\n"
                   "UPDATE a SET x = '1'::int, y[1:2] = '{1,2}';\n"
                   "PREPARE one (int) AS SELECT $1;\nDEALLOCATE one;\n");
    migration_file(t, "2_b.sql", "INSERT INTO a (x)\nVALUES (:n);");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EREFUSED);
    migration_expect_place(&t->report.failed, "2_b.sql", 2, 9);
    assert_int_equal(t->report.failed.length, 2);
    pg_expect(t, "SELECT to_regclass('a')", "");
    migration_file(t, "2_b.sql", "INSERT INTO a (x) VALUES ($1);");
    assert_int_equal(migration_run(t, TN_MIGRATE_VALIDATE), TN_EREFUSED);
    migration_expect_place(&t->report.failed, "2_b.sql", 1, 27);
    migration_file(t, "2_b.sql", "INSERT INTO a (x) VALUES (more(1));");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
}

#define OBJECTS "SELECT count(*) FROM pg_class"

static void dry_run_writes_nothing(void **state)
{
    struct migration_test *t = *state;
    char before[32];
    migration_file(t, "1_a.sql", "CREATE TABLE a (x int);");
    snprintf(before, sizeof before, "%s", pg_query(t->url, OBJECTS));
    t->options.dry_run = true;
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    pg_expect(t, OBJECTS, before);
    assert_non_null(strstr(t->would, "BEGIN;\nSET LOCAL lock_timeout = 5000;\n"
                                     "CREATE TABLE IF NOT EXISTS public._sqlx_migrations (\n"));
    assert_non_null(
        strstr(t->would, "CREATE TABLE a (x int);\nINSERT INTO public._sqlx_migrations"));
    assert_non_null(strstr(t->would, ", TRUE, '\\x"));
    pg_query(t->url, "SET search_path = public"); /* what would run does */
    assert_non_null(pg_query(t->url, t->would));
    pg_expect(t, PG_VERSIONS, "1");
    assert_ok(migration_run(t, TN_MIGRATE_VALIDATE));
}

static void failure_has_its_place_and_leaves_nothing(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", "CREATE TABLE a (x int);");
    migration_file(t, "2_b.sql",
                   "CREATE TABLE \"äöü\" (x int); -- ß\nSELECT 'ä', nope\n  FROM a;\n");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_ENOTFOUND);
    migration_expect_place(&t->report.failed, "2_b.sql", 2, 14); /* in bytes */
    assert_string_equal(t->err.sqlstate, "42703");
    pg_expect(t, PG_VERSIONS, "1");
    pg_expect(t, "SELECT to_regclass('\"äöü\"') IS NULL", "t");
    assert_int_equal(t->begun, 2);
    assert_int_equal(t->ended, 1);
}

static void script_may_begin_and_commit_itself(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", "BEGIN;\nCREATE TABLE a (x int);\nCOMMIT;\n");
    migration_file(
        t, "2_b.sql",
        "CREATE TABLE b (x int);\nCOMMIT;\nBEGIN;\nCREATE TABLE c (x int);\nSELECT 1/0;\n");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EPARTIAL);
    pg_expect(t, PG_VERSIONS, "1");
    pg_expect(t, "SELECT to_regclass('b') IS NOT NULL, to_regclass('c') IS NULL", "t|t");
    pg_expect(t, "SELECT name || ' ' || split_part(value, ' =', 1) FROM _tenon_state",
              "migration 2 up 2/5 failed");
    migration_file(
        t, "2_b.sql",
        "CREATE TABLE b (x int);\nCOMMIT;\nBEGIN;\nCREATE TABLE c (x int);\nSELECT 1;\n");
    assert_ok(migration_run(t, TN_MIGRATE_RESUME));
    pg_expect(t, PG_VERSIONS, "1 2");
    pg_expect(t, "SELECT count(*) FROM _tenon_state", "0");
}

static void bodies_with_dollars_run(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql",
                   "CREATE FUNCTION one(a int) RETURNS int LANGUAGE sql AS $b$ SELECT a; $b$;\n"
                   "CREATE FUNCTION two(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT $1; "
                   "SELECT $1 + 1; END;\n"
                   "PREPARE p AS SELECT $1::int;\nSELECT E'it\\'s; -- ', ':no' /* /* ; */ */;\n");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    pg_expect(t, "SELECT one(1), two(2)", "1|3");
}

static void one_file_form_is_read_as_postgresql(void **state)
{
    struct migration_test *t = *state;
    tn_db *db;
    const char *file =
        "-- UP\nCREATE FUNCTION g() RETURNS text LANGUAGE sql AS $$ SELECT ''';'; $$;\n"
        "-- DOWN\n-- It isn't SQL.\n-- DROP FUNCTION g();\n";
    migration_file(t, "1_g.sql", file);
    assert_ok(tn_db_open(&db, t->url, NULL, &t->err));
    assert_ok(tn_migration_set_load_for(&t->set, db, t->folder, &t->arena, &t->place, &t->err));
    tn_db_close(db);
    assert_int_equal(t->set.items[0].up.stmt_count, 1);
    assert_ok(migration_run_set(t, TN_MIGRATE_UP));
    assert_ok(migration_run_set(t, TN_MIGRATE_DOWN));
    pg_expect(t, "SELECT count(*) FROM pg_proc WHERE proname = 'g'", "0");
    assert_int_equal(tn_migration_set_load_for(&t->set, NULL, t->folder, &t->arena, NULL, NULL),
                     TN_EMISUSE);
}

static void embedded_set_runs(void **state)
{
    struct migration_test *t = *state;
    tn_migration items[1];
    migration_file(t, "1_a.sql", "DO $$ BEGIN PERFORM 1; END $$;\nCREATE TABLE a (x int);\n");
    assert_ok(migration_load(t));
    items[0] = t->set.items[0];
    assert_ok(tn__script_split(&items[0].up, TN__POSTGRES, &t->arena, NULL, NULL));
    assert_int_equal(items[0].up.stmt_count, 2);
    t->set = (tn_migration_set){items, 1, "embedded"};
    assert_ok(migration_run_set(t, TN_MIGRATE_UP));
    pg_expect(t, PG_VERSIONS, "1");
}

static void settings_of_a_script_end_with_it(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql",
                   "CREATE TABLE seen (n int, value text);\nSET work_mem = '7MB';\n"
                   "INSERT INTO seen VALUES (1, current_setting('work_mem')), "
                   "(11, current_setting('lock_timeout'));\n");
    migration_file(t, "2_b.sql",
                   "INSERT INTO seen VALUES (2, current_setting('work_mem'));\n"
                   "SET LOCAL lock_timeout = '3s';\n"
                   "INSERT INTO seen VALUES (22, current_setting('lock_timeout'));\n");
    migration_file(t, "3_c.sql", "INSERT INTO seen VALUES (3, current_setting('lock_timeout'));");
    pg_migration_param(t, "lock_timeout=1234ms");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    assert_string_equal(
        pg_query(pg_plain_url(t), "SELECT string_agg(value, ' ' ORDER BY n) FROM seen"),
        "7MB 4MB 1234ms 1234ms 3s");
}

/* --- without a transaction ---------------------------------------------------------------------- */

static void concurrently_may_stand_twice_in_a_file(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", "CREATE TABLE a (x int); INSERT INTO a VALUES (1), (1);");
    migration_file(t, "2_b.sql",
                   "-- no-transaction\nCREATE INDEX CONCURRENTLY i ON a (x);\n"
                   "CREATE UNIQUE INDEX CONCURRENTLY u ON a (x);\nCREATE TABLE b (x int);\n");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EPARTIAL);
    migration_expect_place(&t->report.failed, "2_b.sql", 3, 1);
    assert_non_null(strstr(t->err.message, "run \"DROP INDEX CONCURRENTLY public.u\""));
    assert_non_null(strstr(t->err.message, "statement 1 of 3 of its up script is applied"));

    assert_ok(migration_run(t, TN_MIGRATE_STATUS));
    assert_int_equal(t->report.items[1].state, TN_MIGRATION_PARTIAL);
    assert_non_null(strstr(t->notices, "public.u"));
    assert_int_equal(migration_run(t, TN_MIGRATE_RESUME), TN_EPARTIAL);
    assert_non_null(strstr(t->err.message, "index u is there and invalid"));

    pg_query(t->url, "DROP INDEX CONCURRENTLY u");
    pg_query(t->url, "DELETE FROM a WHERE ctid = '(0,1)'");
    assert_ok(migration_run(t, TN_MIGRATE_RESUME));
    assert_string_equal(t->notices, "");
    pg_expect(t, PG_VERSIONS, "1 2");
    pg_expect(t, "SELECT count(*) FROM pg_index WHERE indrelid = 'a'::regclass AND indisvalid",
              "2");
    assert_ok(migration_run(t, TN_MIGRATE_VALIDATE));
    assert_string_equal(t->notices, "");
}

static void first_statement_that_leaves_an_index_is_on_record(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", "CREATE TABLE a (x int); INSERT INTO a VALUES (1), (1);");
    migration_file(t, "2_b.sql",
                   "-- no-transaction\nCREATE UNIQUE INDEX CONCURRENTLY u ON a (x);\n");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EPARTIAL);
    assert_non_null(strstr(t->err.message, "nothing of its up script is applied"));
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EREFUSED);
    /* IF NOT EXISTS would take it for what was wanted. */
    migration_file(
        t, "2_b.sql",
        "-- no-transaction\nCREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS u ON a (x);\n");
    assert_int_equal(migration_run(t, TN_MIGRATE_RESUME), TN_EREFUSED);
    assert_non_null(strstr(t->err.message, "index u is there and invalid"));
}

static void index_that_was_built_before_the_kill_is_not_built_again(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", "CREATE TABLE a (x int);");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    migration_file(
        t, "2_b.sql",
        "-- no-transaction\nCREATE INDEX CONCURRENTLY i ON a (x);\nCREATE TABLE b (x int);\n");
    pg_query(t->url, "CREATE TABLE _tenon_state (name TEXT PRIMARY KEY, value TEXT NOT NULL, "
                     "changed_at TIMESTAMPTZ NOT NULL DEFAULT now())");
    pg_query(t->url, "INSERT INTO _tenon_state VALUES ('migration 2', 'up 0/2 running 1 1 1 1@x "
                     "=0000000000000000')");
    pg_query(t->url, "CREATE INDEX i ON a (x)");
    assert_ok(migration_run(t, TN_MIGRATE_RESUME));
    assert_non_null(strstr(t->notices, "statement 1 is done already: index i is built"));
    pg_expect(t, PG_VERSIONS, "1 2");
    pg_expect(t, "SELECT to_regclass('b') IS NOT NULL", "t");
}

static void procedure_that_commits_runs_outside(void **state)
{
    struct migration_test *t = *state;
    migration_file(
        t, "1_a.sql",
        "CREATE TABLE a (x int);\nCREATE PROCEDURE p() LANGUAGE plpgsql AS "
        "$$ BEGIN INSERT INTO a VALUES (1); COMMIT; INSERT INTO a VALUES (2); END $$;\n");
    migration_file(t, "2_b.sql", "-- no-transaction\nCALL p();\nCALL p();\n");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    pg_expect(t, "SELECT count(*) FROM a", "4");
    migration_file(t, "3_c.sql", "CALL p();\n");
    assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_ERROR);
    assert_non_null(strstr(t->err.message, "begin the file with '-- no-transaction'"));
}

static void script_that_cannot_run_is_refused_before_any_does(void **state)
{
    struct migration_test *t = *state;
    static const struct {
        const char *text, *says;
        unsigned line;
    } cases[] = {
        {"SELECT 1;\nCREATE INDEX CONCURRENTLY i ON a (x);",
         "begin the file with '-- no-transaction'", 2},
        {"-- no-transaction\nBEGIN;\nVACUUM a;\nCOMMIT;", "between BEGIN and COMMIT", 3},
        {"COPY a FROM STDIN;\n1\n\\.\n", "COPY … FROM STDIN", 1},
        {"-- no-transaction\nCOPY a FROM STDIN;\n1\n\\.\n", "COPY … FROM STDIN", 2},
        {"CREATE TABLE b (x int);\nROLLBACK;", "put BEGIN in front", 2},
        {"CREATE TABLE b (x int);\nBEGIN;\nABORT;", "put BEGIN in front", 3},
    };
    migration_file(t, "1_a.sql", "CREATE TABLE a (x int);");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        migration_file(t, "2_b.sql", cases[i].text);
        assert_int_equal(migration_run(t, TN_MIGRATE_UP), TN_EREFUSED);
        assert_non_null(strstr(t->err.message, cases[i].says));
        migration_expect_place(&t->report.failed, "2_b.sql", cases[i].line, 1);
        assert_int_equal(migration_run(t, TN_MIGRATE_VALIDATE), TN_EREFUSED);
        pg_expect(t, "SELECT to_regclass('_sqlx_migrations') IS NULL", "t");
    }
    migration_file(t, "2_b.sql", "COMMIT;\nVACUUM a;\n");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
}

/* --- other commands ----------------------------------------------------------------------------- */

static void history_is_settled_without_running(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", "CREATE TABLE a (x int);");
    migration_file(t, "2_b.sql", "CREATE TABLE b (x int);\n");
    migration_file(t, "3_c.sql", "CREATE TABLE c (x int);");
    t->options.has_to = true;
    t->options.to = 2;
    assert_ok(migration_run(t, TN_MIGRATE_BASELINE));
    t->options.has_to = true;
    t->options.to = 3;
    assert_ok(migration_run(t, TN_MIGRATE_SKIP));
    pg_expect(t, PG_VERSIONS, "1 2 3");
    pg_expect(t, "SELECT to_regclass('a') IS NULL", "t");
    migration_file(t, "2_b.sql", "CREATE TABLE b (x int);\r\n");
    assert_ok(migration_run(t, TN_MIGRATE_REPAIR));
    assert_int_equal(t->report.count, 1);
    pg_expect(t,
              "SELECT checksum = sha384(E'CREATE TABLE b (x int);\\r\\n') FROM _sqlx_migrations "
              "WHERE version = 2",
              "t");
    pg_query(t->url, "UPDATE _sqlx_migrations SET success = false WHERE version = 3");
    t->options.has_to = true;
    t->options.to = 3;
    assert_ok(migration_run(t, TN_MIGRATE_RESOLVE_APPLIED));
    assert_ok(migration_run(t, TN_MIGRATE_VALIDATE));
}

static const char rich[] =
    "CREATE SCHEMA audit;\nCREATE EXTENSION IF NOT EXISTS pgcrypto;\nCREATE EXTENSION citext;\n"
    "CREATE TYPE mood AS ENUM ('a', 'b');\nCREATE DOMAIN pos AS int CHECK (VALUE > 0);\n"
    "CREATE TYPE pair AS (a int, b mood);\n"
    "CREATE TABLE audit.log (id serial PRIMARY KEY, m mood, p pos, c pair, e citext);\n"
    "CREATE TABLE base (id int PRIMARY KEY GENERATED ALWAYS AS IDENTITY, m mood DEFAULT 'a');\n"
    "CREATE TABLE child (b int REFERENCES base, arr mood[]);\nCREATE VIEW v AS SELECT * FROM base;\n"
    "CREATE MATERIALIZED VIEW mv AS SELECT * FROM v;\nCREATE SEQUENCE s;\n"
    "CREATE FUNCTION f(a pair) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;\n"
    "CREATE PROCEDURE pr() LANGUAGE plpgsql AS $$ BEGIN NULL; END $$;\n"
    "CREATE AGGREGATE su (int) (sfunc = int4pl, stype = int);\n"
    "CREATE OPERATOR ### (leftarg = int, rightarg = int, function = int4pl);\n"
    "CREATE STATISTICS st ON id, m FROM base;\n"
    "CREATE TABLE part (id int) PARTITION BY RANGE (id);\n"
    "CREATE TABLE part1 PARTITION OF part FOR VALUES FROM (1) TO (2);\n"
    "CREATE TEXT SEARCH CONFIGURATION tsc (COPY = english);\n"
    "CREATE TABLE \"odd \"\"name\" (x int);\n";

#define OWN_OBJECTS                                                                         \
 "SELECT string_agg(pg_describe_object(d.classid, d.objid, 0), ', ') FROM pg_depend d "     \
 "WHERE refobjid = 'public'::regnamespace AND deptype = 'n' AND NOT EXISTS (SELECT 1 FROM " \
 "pg_depend e WHERE e.objid = d.objid AND e.classid = d.classid AND e.deptype IN ('e', 'a'))"

static void clear_drops_all_but_extensions_and_other_schemas(void **state)
{
    struct migration_test *t = *state;
    migration_file(t, "1_a.sql", rich);
    pg_query(t->url, "CREATE SCHEMA others; CREATE TABLE others.t (x int)");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    assert_ok(migration_run(t, TN_MIGRATE_CLEAR));
    assert_true(t->report.applied >= 18);
    pg_expect(t, OWN_OBJECTS, "extension pgcrypto");
    pg_expect(t,
              "SELECT to_regnamespace('audit') IS NULL, to_regclass('others.t') IS NOT NULL, "
              "(SELECT string_agg(extname, ' ' ORDER BY extname) FROM pg_extension)",
              "t|t|pgcrypto plpgsql");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    assert_int_equal(t->report.count, 1);
}

static void clear_that_fails_changes_nothing(void **state)
{
    struct migration_test *t = *state;
    char sql[1024];
    migration_file(t, "1_a.sql", "CREATE TABLE a (x int); CREATE TABLE b (x int);");
    assert_ok(migration_run(t, TN_MIGRATE_UP));
    /* As somebody who does not own one of them. */
    const char *database = pg_query(t->url, "SELECT current_database()");
    snprintf(sql, sizeof sql, "CREATE ROLE \"%s_user\" LOGIN", database);
    char url[PATH_MAX];
    snprintf(url, sizeof url, "%s", t->url);
    char role[128];
    snprintf(role, sizeof role, "%s_user", database);
    pg_query(t->url, sql);
    snprintf(sql, sizeof sql,
             "ALTER TABLE a OWNER TO \"%s\"; ALTER TABLE _sqlx_migrations OWNER TO "
             "\"%s\"; GRANT CREATE ON SCHEMA public TO \"%s\"",
             role, role, role);
    pg_query(t->url, sql);
    char *user = strstr(t->url, "user=postgres");
    assert_non_null(user);
    snprintf(user, sizeof t->url - (size_t)(user - t->url), "user=%s", role);
    assert_int_equal(migration_run(t, TN_MIGRATE_CLEAR), TN_EPERM);
    snprintf(t->url, sizeof t->url, "%s", url);
    pg_expect(t, PG_VERSIONS, "1");
    pg_expect(t, "SELECT to_regclass('a') IS NOT NULL", "t");
    snprintf(sql, sizeof sql,
             "REASSIGN OWNED BY \"%s\" TO postgres; DROP OWNED BY \"%s\"; DROP ROLE \"%s\"", role,
             role, role);
    pg_query(t->url, sql);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pg_migration_test(history_is_sqlx_s_table_and_row),
        pg_migration_test(history_that_sqlx_wrote_is_taken_over),
        pg_migration_test(history_of_another_shape_is_refused),
        pg_migration_test(search_path_of_a_migration_loses_no_history),
        pg_migration_test(schema_that_has_to_be_quoted_holds_the_history),
        pg_migration_test(parameter_is_refused_before_anything_runs),
        pg_migration_test(dry_run_writes_nothing),
        pg_migration_test(failure_has_its_place_and_leaves_nothing),
        pg_migration_test(script_may_begin_and_commit_itself),
        pg_migration_test(bodies_with_dollars_run),
        pg_migration_test(one_file_form_is_read_as_postgresql),
        pg_migration_test(embedded_set_runs),
        pg_migration_test(settings_of_a_script_end_with_it),
        pg_migration_test(concurrently_may_stand_twice_in_a_file),
        pg_migration_test(first_statement_that_leaves_an_index_is_on_record),
        pg_migration_test(index_that_was_built_before_the_kill_is_not_built_again),
        pg_migration_test(procedure_that_commits_runs_outside),
        pg_migration_test(script_that_cannot_run_is_refused_before_any_does),
        pg_migration_test(history_is_settled_without_running),
        pg_migration_test(clear_drops_all_but_extensions_and_other_schemas),
        pg_migration_test(clear_that_fails_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
