/* SPDX-License-Identifier: MIT */
#include "driver/postgres/postgres.h"
#include "pging.h"
#include "util/clock.h"

/* What the server says of a failure, as the program sees it. */

/* The table of error.c, in the server's own words; of a class one code that has no row of its own. Not here:
 * 57014, which is by whose wish, and 25P02, which is what the transaction failed with. */
static const struct {
    const char *sqlstate;
    int status;
} states[] = {
    {"23505", TN_EUNIQUE},      {"23503", TN_EFOREIGNKEY}, {"23001", TN_EFOREIGNKEY},
    {"23502", TN_ENOTNULL},     {"23514", TN_ECHECK},      {"40001", TN_ESERIALIZE},
    {"40P01", TN_EDEADLOCK},    {"40003", TN_ECONNECT},    {"25006", TN_EREADONLY},
    {"55P03", TN_EBUSY},        {"55006", TN_EBUSY},       {"53300", TN_ECONNECT},
    {"53100", TN_EFULL},        {"53200", TN_ENOMEM},      {"53400", TN_ERANGE},
    {"57P01", TN_ECONNECT},     {"57P02", TN_ECONNECT},    {"57P03", TN_ECONNECT},
    {"57P04", TN_ECONNECT},     {"57P05", TN_ECONNECT},    {"25P03", TN_ECONNECT},
    {"42501", TN_EPERM},        {"42P01", TN_ENOTFOUND},   {"42703", TN_ENOTFOUND},
    {"42883", TN_ENOTFOUND},    {"42704", TN_ENOTFOUND},   {"42P02", TN_ENOTFOUND},
    {"26000", TN_ESCHEMA},      {"3D000", TN_ECONNECT},    {"42P04", TN_ERROR},
    {"42P06", TN_ERROR},        {"42P07", TN_ERROR},       {"42701", TN_ERROR},
    {"42710", TN_ERROR},        {"42723", TN_ERROR},       {"3F000", TN_ENOTFOUND},
    {"42804", TN_ETYPE},        {"42P08", TN_ETYPE},       {"42P18", TN_ETYPE},
    {"42846", TN_ETYPE},        {"22P02", TN_ETYPE},       {"22P03", TN_ETYPE},
    {"22007", TN_ETYPE},        {"22018", TN_ETYPE},       {"22021", TN_EINVAL},
    {"22P05", TN_EINVAL},       {"22003", TN_ERANGE},      {"22008", TN_ERANGE},
    {"22001", TN_ERANGE},       {"22015", TN_ERANGE},      {"21000", TN_ETOOMANY},
    {"P0002", TN_ENOROW},       {"P0003", TN_ETOOMANY},    {"XX001", TN_ECORRUPT},
    {"XX002", TN_ECORRUPT},     {"58030", TN_EIO},         {"58P01", TN_EIO},
    {"0A000", TN_EUNSUPPORTED}, {"08006", TN_ECONNECT},    {"0A001", TN_EUNSUPPORTED},
    {"0LP01", TN_EPERM},        {"0P000", TN_EPERM},       {"21001", TN_EINVAL},
    {"22012", TN_EINVAL},       {"23P01", TN_ECONSTRAINT}, {"25001", TN_EMISUSE},
    {"26001", TN_ESCHEMA},      {"28P01", TN_ECONNECT},    {"34000", TN_ENOTFOUND},
    {"3B001", TN_EMISUSE},      {"3D001", TN_ENOTFOUND},   {"40002", TN_ESERIALIZE},
    {"42601", TN_ESYNTAX},      {"44000", TN_ECHECK},      {"53001", TN_EFULL},
    {"54001", TN_ERANGE},       {"55000", TN_EMISUSE},     {"57000", TN_EINTERRUPT},
    {"58000", TN_EIO},          {"F0000", TN_EIO},         {"HV000", TN_EIO},
    {"XX000", TN_ERROR},        {"P0001", TN_ERROR}, /* RAISE without a code */
    {"T1234", TN_ERROR},                             /* the program's own */
    {"2BP01", TN_ERROR},
};

static void each_sqlstate_has_its_status(void **state)
{
    struct pging *p = *state;
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        char sql[200];
        tn_error err = {0};
        snprintf(sql, sizeof sql,
                 "DO $$ BEGIN RAISE EXCEPTION 'no luck' USING ERRCODE = '%s'; END $$",
                 states[i].sqlstate);
        int rc = pging_exec(p->db, sql, &err);
        if (rc != states[i].status)
            print_error("%s\n", states[i].sqlstate);
        assert_status(rc, states[i].status, err);
        assert_string_equal(err.sqlstate, states[i].sqlstate);
        assert_string_equal(err.message, "no luck");
        assert_string_equal(err.table, "");
        assert_int_equal(err.position, 7); /* of the line in the block */
    }
    /* None of it was about the connection. */
    assert_int_equal(pging_int(p, p->db, "SELECT CAST(7 AS BIGINT)"), 7);
}

static void subject_of_a_failure_is_kept(void **state)
{
    struct pging *p = *state;
    static const char sql[] =
        "DO $$ BEGIN RAISE EXCEPTION E'first\\nsecond' USING ERRCODE = '23514', CONSTRAINT = 'c', "
        "TABLE = 't', COLUMN = 'o', SCHEMA = 's'; END $$";
    assert_status(pging_exec(p->db, sql, &p->err), TN_ECHECK, p->err);
    assert_string_equal(p->err.constraint, "c");
    assert_string_equal(p->err.table, "t");
    assert_string_equal(p->err.column, "o");
    assert_null(strchr(p->err.message, '\n'));
}

static void names_that_are_too_long_end_at_a_character(void **state)
{
    struct pging *p = *state;
    char sql[700] = "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '23514', TABLE = '";
    for (int i = 0; i < 100; i++)
        strcat(sql, "ü");
    strcat(sql, "'; END $$");
    assert_status(pging_exec(p->db, sql, &p->err), TN_ECHECK, p->err);
    assert_int_equal(strlen(p->err.table), 62);
}

/* In whatever language: the name is the statement's. */
static void missing_names_are_those_of_the_statement(void **state)
{
    struct pging *p = *state;
    static const struct {
        const char *sql, *table, *column;
        uint32_t position;
    } cases[] = {
        {"SELECT 1 FROM Nope", "nope", "", 15},
        {"SELECT 1 FROM \"Nope \"\"x\"\"\"", "Nope \"x\"", "", 15},
        {"SELECT 1 FROM public . nope AS t", "nope", "", 24},
        {"SELECT q.id FROM t", "q", "", 8},
        {"SELECT public.q.id FROM t", "q", "", 15},
        {"SELECT T.Nope FROM t", "t", "nope", 10},
        {"SELECT public.t.nope FROM t", "t", "nope", 17},
        {"SELECT (r).nope FROM r", "", "", 9}, /* of a row: the place is the row's */
        {"SELECT id FROM t WHERE 'é' = :a AND nope = :a", "", "nope", 38},
        {"DROP TABLE t, nope", "nope", "", 15},
        {"DROP TABLE public.\"Nope\"", "Nope", "", 19},
        {"TRUNCATE nope", "nope", "", 0},
        {"SELECT nope(1)", "", "", 8},
        {"INSERT INTO t (nope) VALUES (1)", "t", "nope", 16},
        {"INSERT INTO public.\"t\" (id, nope) VALUES (1, 2)", "t", "nope", 29},
        {"UPDATE ONLY t SET id = 1, nope = 2", "t", "nope", 27},
        {"WITH a AS (UPDATE t SET id = 1 RETURNING id) INSERT INTO t (nope) VALUES (1)", "t",
         "nope", 61},
        {"INSERT INTO t SELECT nope FROM r", "", "nope", 22},
        {"UPDATE t SET id = nope", "", "nope", 19},
    };
    pging_script(p, "CREATE TABLE t (id INTEGER); CREATE TABLE r (r t)");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        tn_error err = {0};
        tn_stmt *stmt = NULL;
        int rc = tn_stmt_open(&stmt, p->db, cases[i].sql, &err);
        if (rc == TN_OK)
            rc = tn_stmt_step(stmt, &err);
        tn_stmt_close(stmt);
        if (strcmp(err.table, cases[i].table) != 0 || err.position != cases[i].position)
            print_error("%s: %s\n", cases[i].sql, err.message);
        assert_status(rc, TN_ENOTFOUND, err);
        assert_string_equal(err.table, cases[i].table);
        assert_string_equal(err.column, cases[i].column);
        if (cases[i].position)
            assert_int_equal(err.position, cases[i].position);
    }
}

static void place_is_counted_in_bytes_of_what_was_given(void **state)
{
    struct pging *p = *state;
    static const char *const cases[] = {
        "SELECT 'äöü€🦊' ^FROMM t",
        "/* ünder */ SELECT :wert, 'ß', :zahl ^WHER 1 = :wert",
        "^SELEKT 'ß'",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char sql[200];
        tn_stmt *stmt;
        snprintf(sql, sizeof sql, "%s", cases[i]);
        char *place = strchr(sql, '^');
        memmove(place, place + 1, strlen(place));
        /* PostgreSQL takes the first wrong word for a name: it finds the next one wrong. */
        int rc = tn_stmt_open(&stmt, p->db, sql, &p->err);
        assert_status(rc, TN_ESYNTAX, p->err);
        if (p->err.position != place - sql + 1)
            place = strchr(place, ' ') + 1;
        assert_int_equal(p->err.position, place - sql + 1);
    }
}

/* Foreign keys say their columns in the detail alone; exclusion constraints nothing of them. */
static void violated_keys_name_their_columns(void **state)
{
    struct pging *p = *state;
    pging_script(
        p, "CREATE TABLE a (x INTEGER, \"y z\" INTEGER, UNIQUE (x, \"y z\"));"
           "CREATE TABLE b (x INTEGER, y INTEGER, FOREIGN KEY (x, y) REFERENCES a (x, \"y z\"));"
           "CREATE TABLE e (r int4range, EXCLUDE USING gist (r WITH &&));"
           "INSERT INTO a VALUES (1, 2); INSERT INTO b VALUES (1, 2);"
           "INSERT INTO e VALUES ('[1,5]')");
    assert_status(pging_exec(p->db, "INSERT INTO a VALUES (1, 2)", &p->err), TN_EUNIQUE, p->err);
    assert_string_equal(p->err.column, "x, \"y z\"");
    assert_status(pging_exec(p->db, "INSERT INTO b VALUES (3, 4)", &p->err), TN_EFOREIGNKEY,
                  p->err);
    assert_string_equal(p->err.column, "x, y");
    assert_string_equal(p->err.table, "b");
    assert_status(pging_exec(p->db, "DELETE FROM a", &p->err), TN_EFOREIGNKEY, p->err);
    assert_string_equal(p->err.constraint, "b_x_y_fkey");
    assert_status(pging_exec(p->db, "INSERT INTO e VALUES ('[2,3]')", &p->err), TN_ECONSTRAINT,
                  p->err);
    assert_string_equal(p->err.constraint, "e_r_excl");
}

/* Behind the message, but for the details of failures in which values stand. */
static void details_and_hints_are_told_without_values(void **state)
{
    struct pging *p = *state;
    static const struct {
        const char *sqlstate, *message;
    } cases[] = {
        {"P0001", "no luck; detail: it rains; hint: take an umbrella"},
        {"2BP01", "no luck; detail: it rains; hint: take an umbrella"},
        {"23505", "no luck; hint: take an umbrella"},
        {"22003", "no luck; hint: take an umbrella"},
        {"44000", "no luck; hint: take an umbrella"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char sql[300];
        snprintf(
            sql, sizeof sql,
            "DO $$ BEGIN RAISE EXCEPTION 'no luck' USING ERRCODE = '%s', DETAIL = E'It\\n\\train"
            "s.', HINT = 'Take an umbrella.'; END $$",
            cases[i].sqlstate);
        assert_true(pging_exec(p->db, sql, &p->err) < 0);
        assert_string_equal(p->err.message, cases[i].message);
    }
    pging_script(p, "CREATE TABLE t (name TEXT UNIQUE); INSERT INTO t VALUES ('secret')");
    assert_status(pging_exec(p->db, "INSERT INTO t VALUES ('secret')", &p->err), TN_EUNIQUE,
                  p->err);
    assert_null(strstr(p->err.message, "secret"));
    assert_status(pging_exec(p->db, "SELECT nam FROM t", &p->err), TN_ENOTFOUND, p->err);
    assert_non_null(strstr(p->err.message, "; hint: perhaps you meant"));
}

static void long_details_are_cut(void **state)
{
    struct pging *p = *state;
    static const char sql[] =
        "DO $$ BEGIN RAISE EXCEPTION '%', repeat('x', 300) USING DETAIL = repeat('ü', 300), "
        "HINT = 'gone'; END $$";
    assert_status(pging_exec(p->db, sql, &p->err), TN_ERROR, p->err);
    size_t size = strlen(p->err.message);
    assert_in_range(size, sizeof p->err.message - 3, sizeof p->err.message - 1);
    assert_string_equal(p->err.message + size - strlen("ü"), "ü");
    assert_non_null(strstr(p->err.message, "x; detail: ü"));
    assert_null(strstr(p->err.message, "hint"));
}

/* Of a transaction that has failed each later statement, and COMMIT. */
static void first_failure_of_a_transaction_is_kept(void **state)
{
    struct pging *p = *state;
    tn_db *tx;
    assert_ok(tn_tx_begin(&tx, p->db, TN_WRITE, &p->err));
    assert_status(pging_exec(tx, "SET LOCAL statement_timeout = 10", &p->err), TN_OK, p->err);
    assert_status(pging_exec(tx, "SELECT pg_sleep(10)", &p->err), TN_ETIMEOUT, p->err);
    assert_status(pging_exec(tx, "SELECT 1", &p->err), TN_ETIMEOUT, p->err);
    assert_status(tn_tx_commit(tx, &p->err), TN_ETIMEOUT, p->err);
}

/* What the server says when nothing runs is the reason, and not that it has hung up. */
static void reason_of_an_ended_session_is_told_at_commit(void **state)
{
    struct pging *p = *state;
    tn_db *other = pging_open(p, "&max_connections=1");
    tn_db *tx;
    assert_ok(tn_tx_begin(&tx, p->db, TN_WRITE, &p->err));
    int64_t pid = pging_int(p, tx, "SELECT CAST(pg_backend_pid() AS BIGINT)");
    assert_status(pging_exec(tx, "SET LOCAL idle_in_transaction_session_timeout = 10", &p->err),
                  TN_OK, p->err);
    char sql[100];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM pg_stat_activity WHERE pid = %lld",
             (long long)pid);
    while (pging_int(p, other, sql) > 0)
        tn__sleep_us(10000);
    assert_status(tn_tx_commit(tx, &p->err), TN_ECONNECT, p->err);
    assert_string_equal(p->err.message,
                        "the connection was lost before COMMIT: nothing has been committed: "
                        "terminating connection due to idle-in-transaction timeout");
    assert_string_equal(p->err.sqlstate, "25P03");
    tn_db_close(other);
}

/* libpq's sentences stand below one another. */
static void refused_connection_is_one_line(void **state)
{
    (void)state;
    tn_error err = {0};
    tn_db *db;
    assert_int_equal(tn_db_open(&db, "postgres://127.0.0.1:1,127.0.0.1:2/x", NULL, &err),
                     TN_ECONNECT);
    assert_string_equal(
        err.message, "connection to server at \"127.0.0.1\", port 1 failed: Connection refused; is "
                     "the server running on that host and accepting TCP/IP connections?; "
                     "connection to server at \"127.0.0.1\", port 2 failed: Connection refused; is "
                     "the server running on that host and accepting TCP/IP connections?");
}

/* Of what it has to say after that, too. */
static void messages_of_libpq_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *said, *line;
    } cases[] = {
        {"server closed the connection unexpectedly\n\tThis probably means the server terminated "
         "abnormally\n\tbefore or while processing the request.\nno COPY in progress\n",
         "server closed the connection unexpectedly; this probably means the server terminated "
         "abnormally before or while processing the request; no COPY in progress"},
        {"a?\n\tb?\nc\n", "a? b?; c"},
        {"a\nb\n", "a b"},
        {"terminating connection due to administrator command\ninvalid socket\n",
         "terminating connection due to administrator command; invalid socket"},
        {"connection to server at \"a\" failed: FATAL:  no\nconnection to server at \"b\" failed\n",
         "connection to server at \"a\" failed: FATAL: no; connection to server at \"b\" failed"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char line[300];
        tn__pg_one_line(line, sizeof line, cases[i].said);
        assert_string_equal(line, cases[i].line);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PG_TEST(each_sqlstate_has_its_status),
        PG_TEST(subject_of_a_failure_is_kept),
        PG_TEST(names_that_are_too_long_end_at_a_character),
        PG_TEST(missing_names_are_those_of_the_statement),
        PG_TEST(place_is_counted_in_bytes_of_what_was_given),
        PG_TEST(violated_keys_name_their_columns),
        PG_TEST(details_and_hints_are_told_without_values),
        PG_TEST(long_details_are_cut),
        PG_TEST(first_failure_of_a_transaction_is_kept),
        PG_TEST(reason_of_an_ended_session_is_told_at_commit),
        cmocka_unit_test(refused_connection_is_one_line),
        cmocka_unit_test(messages_of_libpq_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
