/* SPDX-License-Identifier: MIT */
#include "pging.h"

#include "driver/postgres/pq.h"

/* Statements that the server has prepared, and what becomes of them; what a session keeps. */

/* Other tests have databases of their own on the server, and locks in them. */
#define OWN_LOCKS                                                                    \
 "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT " \
 "oid FROM pg_database WHERE datname = current_database())"

static const char prepared[] = "SELECT CAST(count(*) AS BIGINT) FROM pg_prepared_statements";

static void names_on_the_server_are_bounded(void **state)
{
    struct pging *p = *state;
    tn_db *db = pging_open(p, "&max_connections=1&statement_cache=5");
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 60; i++) {
            char sql[64];
            snprintf(sql, sizeof sql, "SELECT CAST(%d AS BIGINT)", i);
            assert_int_equal(pging_int(p, db, sql), i);
        }
        /* Those of the cache, and those that are dropped together before long. */
        assert_in_range(pging_int(p, db, prepared), 1, 5 + 8 + 1);
    }
    tn_db_close(db);
}

/* Some of them are gone already: the others are dropped all the same. */
static void names_are_dropped_though_some_are_gone(void **state)
{
    struct pging *p = *state;
    tn_db *db = pging_open(p, "&max_connections=1&statement_cache=5");
    for (int i = 0; i < 120; i++) {
        char sql[64];
        snprintf(sql, sizeof sql, "SELECT CAST(%d AS BIGINT)", i);
        assert_int_equal(pging_int(p, db, sql), i);
        if (i == 40)
            assert_status(pging_exec(db, "DEALLOCATE ALL", &p->err), TN_OK, p->err);
    }
    assert_in_range(pging_int(p, db, prepared), 1, 5 + 8 + 1);
    tn_db_close(db);
}

static void statements_survive_the_loss_of_their_names(void **state)
{
    struct pging *p = *state;
    static const char *const losses[] = {"DISCARD ALL", "DEALLOCATE ALL"};
    tn_conn *conn;
    tn_stmt *stmt;
    assert_ok(tn_conn_acquire(&conn, p->db, TN_WRITE, &p->err));
    tn_db *db = tn_conn_db(conn);
    assert_ok(tn_stmt_open(&stmt, db, "SELECT CAST($1 AS BIGINT)", &p->err));
    for (int i = 0; i < 2; i++) {
        assert_ok(tn_stmt_bind(stmt, 1, tn_value_int(40 + i), &p->err));
        assert_status(pging_exec(db, losses[i], &p->err), TN_OK, p->err);
        assert_status(tn_stmt_step(stmt, &p->err), TN_ROW, p->err);
        assert_int_equal(tn_stmt_column(stmt, 0).as.integer, 40 + i);
        tn_stmt_reset(stmt);
    }
    tn_stmt_close(stmt);
    tn_conn_release(conn);
}

/* BEGIN goes with the statement, so nothing is lost by beginning again. */
static void first_statement_of_a_transaction_survives_too(void **state)
{
    struct pging *p = *state;
    tn_db *tx;
    static const char sql[] = "INSERT INTO t VALUES ($1)";
    tn_value one = tn_value_int(1);
    pging_script(p, "CREATE TABLE t (n BIGINT)");
    assert_ok(tn_exec(p->db, sql, &one, 1, NULL, &p->err));
    assert_status(pging_exec(p->db, "DEALLOCATE ALL", &p->err), TN_OK, p->err);
    assert_ok(tn_tx_begin(&tx, p->db, TN_WRITE, &p->err));
    assert_status(tn_exec(tx, sql, &one, 1, NULL, &p->err), TN_OK, p->err);
    assert_status(tn_exec(tx, sql, &one, 1, NULL, &p->err), TN_OK, p->err);
    assert_status(tn_tx_commit(tx, &p->err), TN_OK, p->err);
    assert_int_equal(pging_int(p, p->db, "SELECT count(*) FROM t"), 3);
}

static void later_statement_of_a_transaction_says_so(void **state)
{
    struct pging *p = *state;
    tn_db *tx, *inner;
    static const char sql[] = "INSERT INTO t VALUES ($1)";
    tn_value one = tn_value_int(1);
    pging_script(p, "CREATE TABLE t (n BIGINT)");
    assert_ok(tn_exec(p->db, sql, &one, 1, NULL, &p->err));
    assert_ok(tn_tx_begin(&tx, p->db, TN_WRITE, &p->err));
    assert_status(pging_exec(tx, "DEALLOCATE ALL", &p->err), TN_OK, p->err);
    assert_status(tn_exec(tx, sql, &one, 1, NULL, &p->err), TN_ESCHEMA, p->err);
    assert_status(tn_exec(tx, sql, &one, 1, NULL, &p->err), TN_ESCHEMA, p->err);
    assert_status(tn_tx_commit(tx, &p->err), TN_ESCHEMA, p->err);
    /* A savepoint keeps the rest of it. */
    assert_ok(tn_exec(p->db, sql, &one, 1, NULL, &p->err));
    assert_ok(tn_tx_begin(&tx, p->db, TN_WRITE, &p->err));
    assert_status(pging_exec(tx, "DEALLOCATE ALL", &p->err), TN_OK, p->err);
    assert_ok(tn_tx_begin(&inner, tx, TN_WRITE, &p->err));
    assert_status(tn_exec(inner, sql, &one, 1, NULL, &p->err), TN_ESCHEMA, p->err);
    tn_tx_rollback(inner);
    assert_status(tn_exec(tx, sql, &one, 1, NULL, &p->err), TN_OK, p->err);
    assert_status(tn_tx_commit(tx, &p->err), TN_OK, p->err);
    assert_int_equal(pging_int(p, p->db, "SELECT count(*) FROM t"), 3);
}

static void columns_of_another_type_are_taken(void **state)
{
    struct pging *p = *state;
    tn_db *other = pging_open(p, "&max_connections=1");
    tn_stmt *stmt;
    static const struct {
        const char *type;
        enum tn_type value;
    } types[] = {{"text", TN_TEXT}, {"numeric", TN_TEXT}, {"float8", TN_REAL}, {"int2", TN_INT}};
    pging_script(p, "CREATE TABLE t (id INTEGER, v INTEGER); INSERT INTO t VALUES (1, 7)");
    assert_ok(tn_stmt_open(&stmt, p->db, "SELECT v FROM t WHERE id = $1", &p->err));
    assert_ok(tn_stmt_bind(stmt, 1, tn_value_int(1), &p->err));
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        char sql[100];
        snprintf(sql, sizeof sql, "ALTER TABLE t ALTER v TYPE %s USING v::text::%s", types[i].type,
                 types[i].type);
        assert_status(pging_exec(other, sql, &p->err), TN_OK, p->err);
        assert_status(tn_stmt_step(stmt, &p->err), TN_ROW, p->err);
        assert_int_equal(tn_stmt_column(stmt, 0).type, types[i].value);
        tn_stmt_reset(stmt);
    }
    tn_stmt_close(stmt);
    tn_db_close(other);
}

static void changed_columns_fail_a_transaction_that_has_begun(void **state)
{
    struct pging *p = *state;
    tn_db *other = pging_open(p, "&max_connections=1");
    tn_db *tx;
    static const char sql[] = "SELECT * FROM t";
    pging_script(p, "CREATE TABLE t (n INTEGER)");
    assert_ok(pging_exec(p->db, sql, &p->err));
    for (int i = 0; i < 2; i++) {
        assert_ok(tn_tx_begin(&tx, p->db, TN_WRITE, &p->err));
        if (i == 0) /* else it is the first one, and BEGIN goes with it */
            assert_ok(pging_exec(tx, "SELECT 1", &p->err));
        assert_status(
            pging_exec(other, i == 0 ? "ALTER TABLE t ADD a INTEGER" : "ALTER TABLE t ADD b TEXT",
                       &p->err),
            TN_OK, p->err);
        assert_status(pging_exec(tx, sql, &p->err), i == 0 ? TN_ESCHEMA : TN_OK, p->err);
        assert_status(tn_tx_commit(tx, &p->err), i == 0 ? TN_ESCHEMA : TN_OK, p->err);
        assert_status(pging_exec(p->db, sql, &p->err), TN_OK, p->err);
    }
    tn_db_close(other);
}

/* Values that are bound already are read as what they were bound for. */
static void parameters_of_another_type_keep_their_values(void **state)
{
    struct pging *p = *state;
    tn_stmt *stmt;
    tn_db *other = pging_open(p, "&max_connections=1");
    pging_script(p, "CREATE TABLE t (id SMALLINT, v TEXT); INSERT INTO t VALUES (258, 'x')");
    assert_ok(tn_stmt_open(&stmt, p->db, "SELECT * FROM t WHERE id = $1 AND v = $2", &p->err));
    assert_ok(tn_stmt_bind(stmt, 1, tn_value_int(258), &p->err));
    assert_ok(tn_stmt_bind(stmt, 2, tn_value_string("x"), &p->err));
    assert_status(pging_exec(other,
                             "ALTER TABLE t ALTER id TYPE BIGINT, ALTER v TYPE varchar, ADD w TEXT",
                             &p->err),
                  TN_OK, p->err);
    assert_status(tn_stmt_step(stmt, &p->err), TN_ROW, p->err);
    assert_int_equal(tn_stmt_column_count(stmt), 3);
    assert_int_equal(tn_stmt_column(stmt, 0).as.integer, 258);
    tn_stmt_close(stmt);
    tn_db_close(other);
}

/* What was prepared has the types of then, and fails by them: it is prepared anew, on each connection that
 * has it from before. */
static void parameter_of_another_type_is_no_lasting_failure(void **state)
{
    struct pging *p = *state;
    static const char sql[] = "SELECT v FROM t WHERE id = $1";
    tn_db *other = pging_open(p, "&max_connections=1");
    tn_value one = tn_value_string("1");
    tn_rows rows;
    tn_db *tx;
    pging_script(p, "CREATE TABLE t (id TEXT, v INTEGER); INSERT INTO t VALUES ('1', 7)");
    assert_ok(tn_query(&rows, p->db, sql, &one, 1, &p->arena, &p->err));
    assert_ok(pging_exec(other, "ALTER TABLE t ALTER id TYPE INTEGER USING id::integer", &p->err));
    assert_status(tn_query(&rows, p->db, sql, &one, 1, &p->arena, &p->err), TN_OK, p->err);
    assert_int_equal(rows.row_count, 1);
    assert_int_equal(tn_rows_at(&rows, 0, 0)->as.integer, 7);
    /* A transaction has failed by then, and the next one has not. */
    assert_ok(pging_exec(other, "ALTER TABLE t ALTER id TYPE TEXT", &p->err));
    for (int i = 0; i < 2; i++) {
        assert_ok(tn_tx_begin(&tx, p->db, TN_WRITE, &p->err));
        assert_ok(pging_exec(tx, "SELECT 1", &p->err));
        assert_status(tn_query(&rows, tx, sql, &one, 1, &p->arena, &p->err),
                      i == 0 ? TN_ENOTFOUND : TN_OK, p->err);
        tn_tx_rollback(tx);
    }
    /* What is gone is said to be gone. */
    assert_ok(pging_exec(other, "DROP TABLE t", &p->err));
    assert_status(tn_query(&rows, p->db, sql, &one, 1, &p->arena, &p->err), TN_ENOTFOUND, p->err);
    assert_string_equal(p->err.table, "t");
    tn_db_close(other);
}

/* Numbers, too, and with and without names, at the first run already: nobody has done anything wrong. */
static void bound_number_follows_its_column(void **state)
{
    struct pging *p = *state;
    static const char *const params[] = {"&max_connections=1",
                                         "&max_connections=1&prepare=unnamed"};
    static const char *const types[] = {"TEXT", "NUMERIC", "BIGINT", "DOUBLE PRECISION", "INTEGER"};
    tn_db *other = pging_open(p, "&max_connections=1");
    pging_script(p, "CREATE TABLE t (id INTEGER, v INTEGER); INSERT INTO t VALUES (258, 7)");
    for (int i = 0; i < 2; i++) {
        tn_db *db = pging_open(p, params[i]);
        tn_stmt *stmt;
        assert_ok(tn_stmt_open(&stmt, db, "SELECT v FROM t WHERE id = $1", &p->err));
        for (size_t k = 0; k < sizeof types / sizeof types[0]; k++) {
            char sql[120];
            assert_status(tn_stmt_bind(stmt, 1, tn_value_int(258), &p->err), TN_OK, p->err);
            snprintf(sql, sizeof sql, "ALTER TABLE t ALTER id TYPE %s USING id::text::%s", types[k],
                     types[k]);
            assert_status(pging_exec(other, sql, &p->err), TN_OK, p->err);
            assert_status(tn_stmt_step(stmt, &p->err), TN_ROW, p->err);
            assert_int_equal(tn_stmt_column(stmt, 0).as.integer, 7);
            tn_stmt_reset(stmt);
        }
        tn_stmt_close(stmt);
        tn_db_close(db);
    }
    tn_db_close(other);
}

static void bound_number_that_fits_no_more_is_named(void **state)
{
    struct pging *p = *state;
    tn_db *other = pging_open(p, "&max_connections=1");
    tn_stmt *stmt;
    pging_script(p, "CREATE TABLE t (id INTEGER, v INTEGER)");
    assert_ok(tn_stmt_open(&stmt, p->db, "SELECT v FROM t WHERE id = :id", &p->err));
    assert_ok(tn_stmt_bind(stmt, 1, tn_value_int(258), &p->err));
    assert_ok(pging_exec(other, "ALTER TABLE t DROP id, ADD id DATE", &p->err));
    assert_status(tn_stmt_step(stmt, &p->err), TN_ETYPE, p->err);
    assert_non_null(
        strstr(p->err.message, "':id': cannot pass an int to a parameter of type date"));
    assert_ok(tn_stmt_bind(stmt, 1, tn_value_null(), &p->err));
    assert_status(tn_stmt_step(stmt, &p->err), TN_DONE, p->err);
    tn_stmt_close(stmt);
    tn_db_close(other);
}

/* What a function of the program's says is not about our statement. */
static void errors_that_only_look_like_it_are_left_alone(void **state)
{
    struct pging *p = *state;
    tn_db *tx;
    pging_script(p, "CREATE FUNCTION f(code TEXT) RETURNS int LANGUAGE plpgsql AS "
                    "$$ BEGIN RAISE EXCEPTION 'mine' USING ERRCODE = code; END $$");
    tn_value codes[] = {tn_value_string("0A000"), tn_value_string("26000")};
    static const int statuses[] = {TN_EUNSUPPORTED, TN_ESCHEMA};
    for (int i = 0; i < 2; i++) {
        assert_ok(tn_tx_begin(&tx, p->db, TN_WRITE, &p->err));
        assert_ok(pging_exec(tx, "SELECT 1", &p->err));
        assert_status(tn_exec(tx, "SELECT f($1)", &codes[i], 1, NULL, &p->err), statuses[i],
                      p->err);
        assert_string_equal(p->err.message, "mine");
        tn_tx_rollback(tx);
    }
}

/* --- COPY --------------------------------------------------------------------------------------- */

static void copy_is_no_statement_wherever_it_stands(void **state)
{
    struct pging *p = *state;
    static const char *const copies[] = {"COPY t FROM STDIN", "/* x */ COPY t TO STDOUT",
                                         "copy (SELECT 1) to stdout"};
    tn_db *tx;
    pging_script(p, "CREATE TABLE t (n BIGINT); INSERT INTO t SELECT generate_series(1, 1000)");
    for (size_t i = 0; i < sizeof copies / sizeof copies[0]; i++) {
        assert_status(pging_exec(p->db, copies[i], &p->err), TN_EMISUSE, p->err);
        assert_int_equal(pging_int(p, p->db, "SELECT count(*) FROM t"), 1000);
        /* As the first of a transaction BEGIN would go with it. */
        assert_ok(tn_tx_begin(&tx, p->db, TN_WRITE, &p->err));
        assert_status(pging_exec(tx, copies[i], &p->err), TN_EMISUSE, p->err);
        int rc = pging_exec(tx, "SELECT 1", &p->err);
        assert_int_equal(rc, i == 0 ? TN_EMISUSE : TN_OK); /* COPY FROM has failed at the server */
        tn_tx_rollback(tx);
        assert_ok(tn_tx_begin(&tx, p->db, TN_WRITE, &p->err));
        if (i > 0)
            assert_status(tn_exec_script(tx, copies[i], &p->err), TN_EMISUSE, p->err);
        tn_tx_rollback(tx);
    }
    assert_int_equal(pging_int(p, p->db, "SELECT count(*) FROM t"), 1000);
}

/* --- the session -------------------------------------------------------------------------------- */

static int set_own(tn_conn *conn, void *user, tn_error *err)
{
    (void)user;
    return tn_exec_script(tn_conn_db(conn),
                          "SET work_mem = '5MB'; SET search_path = 'it''s; a b', public;"
                          "SET log_statement = 'none'; SET ROLE pg_monitor",
                          err);
}

static void assert_setting(struct pging *p, tn_db *db, const char *name, const char *expected)
{
    char sql[100];
    snprintf(sql, sizeof sql, "SELECT current_setting('%s')", name);
    assert_text(pging_value(p, db, sql).as.text, expected);
}

static void session_comes_back_as_it_was(void **state)
{
    struct pging *p = *state;
    tn_db_options options = TN_DB_OPTIONS_INIT;
    tn_db_stats stats = TN_DB_STATS_INIT;
    char url[1400];
    tn_conn *conn;
    tn_db *db;
    options.on_open = set_own;
    snprintf(url, sizeof url, "%s&max_connections=1&lock_timeout=1234ms", p->url);
    assert_status(tn_db_open(&db, url, &options, &p->err), TN_OK, p->err);
    int64_t pid = pging_int(p, db, "SELECT CAST(pg_backend_pid() AS BIGINT)");
    assert_ok(tn_conn_acquire(&conn, db, TN_WRITE, &p->err));
    assert_status(
        tn_exec_script(tn_conn_db(conn),
                       "RESET ROLE; SET work_mem = '7MB'; SET my.own = 'no'; SET lock_timeout = 0;"
                       "RESET search_path; LISTEN x; RESET log_statement;"
                       "CREATE TEMP TABLE left_over (n INTEGER);"
                       "SELECT pg_advisory_lock(77)",
                       &p->err),
        TN_OK, p->err);
    tn_conn_release(conn);
    assert_setting(p, db, "work_mem", "5MB");
    assert_setting(p, db, "my.own", "");
    assert_setting(p, db, "search_path", "\"it's; a b\", public");
    assert_setting(p, db, "lock_timeout", "1234ms");
    assert_text(pging_value(p, db, "SELECT CAST(current_user AS TEXT)").as.text, "pg_monitor");
    assert_setting(p, db, "log_statement", "none");
    assert_int_equal(pging_int(p, db, OWN_LOCKS), 0);
    assert_int_equal(pging_int(p, db, "SELECT count(*) FROM pg_class WHERE relname = 'left_over'"),
                     0);
    assert_int_equal(pging_int(p, db, "SELECT count(*) FROM pg_listening_channels()"), 0);
    /* It is the same session still, and that it was changed is counted. */
    assert_int_equal(pging_int(p, db, "SELECT CAST(pg_backend_pid() AS BIGINT)"), pid);
    assert_ok(tn_db_stats_read(db, &stats, &p->err));
    assert_int_equal(stats.restored, 1);
    tn_db_close(db);
}

static int other_process(const PGconn *pg)
{
    (void)pg;
    return 1;
}

/* A session's lock_timeout, whatever the statements are called. Behind a pooler the session is anybody's:
 * it says so, rather than to wait without a limit. */
static void lock_timeout_holds_or_is_refused(void **state)
{
    struct pging *p = *state;
    static const char *const ways[] = {"auto", "named", "unnamed"};
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        char params[100];
        char url[1400];
        tn_db *db;
        snprintf(params, sizeof params, "&max_connections=1&lock_timeout=1234ms&prepare=%s",
                 ways[i]);
        db = pging_open(p, params);
        assert_setting(p, db, "lock_timeout", "1234ms");
        tn_db_close(db);
        int (*real)(const PGconn *pg) = tn__pq_table.backendPID;
        tn__pq_table.backendPID = other_process;
        snprintf(url, sizeof url, "%s%s", p->url, params);
        int rc = tn_db_open(&db, url, NULL, &p->err);
        tn__pq_table.backendPID = real;
        assert_status(rc, TN_EUNSUPPORTED, p->err);
        assert_non_null(strstr(p->err.message, "direct_url"));
    }
}

/* Those that a query calls, too, also where it is asked again. */
static void functions_change_the_session_no_longer(void **state)
{
    struct pging *p = *state;
    static const char locks[] = OWN_LOCKS;
    static const char *const calls[] = {"SELECT CAST(pg_advisory_lock(77) AS TEXT)",
                                        "SELECT pg_catalog.set_config('work_mem', '7MB', false)"};
    tn_conn *conn;
    for (int i = 0; i < 4; i++) {
        assert_ok(tn_conn_acquire(&conn, p->db, TN_READ, &p->err));
        assert_status(pging_exec(tn_conn_db(conn), calls[i % 2], &p->err), TN_OK, p->err);
        tn_conn_release(conn);
        assert_int_equal(pging_int(p, p->db, locks), 0);
        assert_setting(p, p->db, "work_mem", "4MB");
    }
}

/* A connection that is lent for one statement is the next one's as it was. */
static void loan_for_one_statement_leaves_nothing(void **state)
{
    struct pging *p = *state;
    static const char *const kinds[] = {"SET work_mem = '7MB'",
                                        "SELECT set_config('work_mem', '7MB', false)",
                                        "CREATE TEMP TABLE left_over (n INTEGER)",
                                        "SELECT CAST(pg_advisory_lock(77) AS TEXT)",
                                        "DISCARD ALL",
                                        "RESET ALL"};
    tn_db *db = pging_open(p, "&max_connections=1&lock_timeout=1234ms");
    int64_t pid = pging_int(p, db, "SELECT CAST(pg_backend_pid() AS BIGINT)");
    for (size_t i = 0; i < 2 * sizeof kinds / sizeof kinds[0]; i++) {
        const char *sql = kinds[i / 2];
        int rc = i % 2 ? tn_exec_script(db, sql, &p->err) : pging_exec(db, sql, &p->err);
        assert_status(rc, TN_OK, p->err);
        assert_setting(p, db, "work_mem", "4MB");
        assert_setting(p, db, "lock_timeout", "1234ms");
        assert_int_equal(pging_int(p, db, OWN_LOCKS), 0);
        assert_int_equal(
            pging_int(p, db, "SELECT count(*) FROM pg_class WHERE relname = 'left_over'"), 0);
    }
    assert_int_equal(pging_int(p, db, "SELECT CAST(pg_backend_pid() AS BIGINT)"), pid);
    tn_db_close(db);
}

/* Within a script they hold: it is one loan. */
static void script_has_its_settings_to_its_end(void **state)
{
    struct pging *p = *state;
    pging_script(p, "CREATE TABLE seen (setting TEXT); SET work_mem = '7MB';"
                    "INSERT INTO seen VALUES (current_setting('work_mem'))");
    assert_text(pging_value(p, p->db, "SELECT setting FROM seen").as.text, "7MB");
    assert_setting(p, p->db, "work_mem", "4MB");
}

static void listen_on_a_pool_is_refused(void **state)
{
    struct pging *p = *state;
    assert_status(pging_exec(p->db, "LISTEN x", &p->err), TN_EMISUSE, p->err);
    assert_non_null(strstr(p->err.message, "tn_listener_open()"));
    assert_status(tn_exec_script(p->db, "SELECT 1; LISTEN x", &p->err), TN_EMISUSE, p->err);
    assert_int_equal(p->err.position, 11);
    assert_int_equal(pging_int(p, p->db, "SELECT count(*) FROM pg_listening_channels()"), 0);
}

/* --- notices ------------------------------------------------------------------------------------ */

struct notices {
    char text[4][600];
    int count;
};

static void note(const tn_trace_event *event, void *user)
{
    struct notices *notices = user;
    if (event->kind == TN_TRACE_NOTICE && notices->count < 4)
        snprintf(notices->text[notices->count++], sizeof notices->text[0], "%s", event->notice);
}

static void notices_are_traced_as_one_line(void **state)
{
    struct pging *p = *state;
    struct notices notices = {.count = 0};
    assert_ok(tn_db_set_trace(p->db, note, &notices, &p->err));
    assert_status(pging_exec(p->db,
                             "DO $$ BEGIN RAISE NOTICE E'one\\ntwo'; RAISE WARNING '%', "
                             "repeat('ü', 500); RAISE DEBUG 'no'; END $$",
                             &p->err),
                  TN_OK, p->err);
    assert_ok(tn_db_set_trace(p->db, NULL, NULL, &p->err));
    assert_status(pging_exec(p->db, "DO $$ BEGIN RAISE NOTICE 'unheard'; END $$", &p->err), TN_OK,
                  p->err);
    assert_int_equal(notices.count, 2);
    assert_string_equal(notices.text[0], "one two");
    assert_int_equal(strlen(notices.text[1]) % 2, 0); /* cut at a character */
}

/* --- what has changed while others ran ---------------------------------------------------------- */

static void changed_rows_are_counted_by_statement(void **state)
{
    struct pging *p = *state;
    tn_conn *conn;
    tn_stmt *stmt;
    int64_t affected;
    pging_script(p, "CREATE TABLE t (n BIGINT); INSERT INTO t VALUES (1), (2), (3)");
    assert_ok(tn_conn_acquire(&conn, p->db, TN_WRITE, &p->err));
    tn_db *db = tn_conn_db(conn);
    assert_ok(tn_stmt_open(&stmt, db, "UPDATE t SET n = n RETURNING n", &p->err));
    assert_int_equal(tn_stmt_step(stmt, &p->err), TN_ROW);
    assert_ok(tn_exec(db, "DELETE FROM t WHERE n = 1", NULL, 0, &affected, &p->err));
    assert_int_equal(affected, 1);
    assert_int_equal(tn_stmt_step(stmt, &p->err), TN_ROW);
    assert_int_equal(tn_stmt_step(stmt, &p->err), TN_ROW);
    assert_int_equal(tn_stmt_step(stmt, &p->err), TN_DONE);
    assert_int_equal(tn_stmt_affected(stmt), 3);
    tn_stmt_close(stmt);
    tn_conn_release(conn);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PG_TEST(names_on_the_server_are_bounded),
        PG_TEST(names_are_dropped_though_some_are_gone),
        PG_TEST(statements_survive_the_loss_of_their_names),
        PG_TEST(first_statement_of_a_transaction_survives_too),
        PG_TEST(later_statement_of_a_transaction_says_so),
        PG_TEST(columns_of_another_type_are_taken),
        PG_TEST(changed_columns_fail_a_transaction_that_has_begun),
        PG_TEST(parameters_of_another_type_keep_their_values),
        PG_TEST(parameter_of_another_type_is_no_lasting_failure),
        PG_TEST(bound_number_follows_its_column),
        PG_TEST(bound_number_that_fits_no_more_is_named),
        PG_TEST(errors_that_only_look_like_it_are_left_alone),
        PG_TEST(copy_is_no_statement_wherever_it_stands),
        PG_TEST(session_comes_back_as_it_was),
        PG_TEST(lock_timeout_holds_or_is_refused),
        PG_TEST(functions_change_the_session_no_longer),
        PG_TEST(loan_for_one_statement_leaves_nothing),
        PG_TEST(script_has_its_settings_to_its_end),
        PG_TEST(listen_on_a_pool_is_refused),
        PG_TEST(notices_are_traced_as_one_line),
        PG_TEST(changed_rows_are_counted_by_statement),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
