/* SPDX-License-Identifier: MIT */
/* How transactions, sessions and groups of a pipeline end on PostgreSQL, and what is said of it. */
#include "check.h"

#include <string.h>

#include "driver/postgres/pq.h"
#include "pging.h"
#include "seeing.h"

/* --- COMMIT ------------------------------------------------------------------------------------- */

static void commit_with_a_copy_or_a_pipeline_open_undoes_all(void **state)
{
    struct pging *p = *state;
    pging_script(p, "CREATE TABLE t (id int)");
    for (int copies = 0; copies < 2; copies++) {
        tn_db *tx;
        tn_copy_in *copy = NULL;
        tn_pipeline *pipe = NULL;
        assert_ok(tn_tx_begin(&tx, p->db, TN_WRITE, &p->err));
        assert_ok(pging_exec(tx, "INSERT INTO t VALUES (1)", &p->err));
        if (copies)
            assert_ok(tn_copy_in_open(&copy, tx, "t", NULL, 0, &p->err));
        else
            assert_ok(tn_pipeline_open(&pipe, tx, NULL, &p->err));
        assert_status(tn_tx_commit(tx, &p->err), TN_EMISUSE, p->err);
        assert_string_equal(p->err.message,
                            copies ? "rows are being copied on this connection: all that the "
                                     "transaction did is undone"
                                   : "a pipeline is open on this connection: all that the "
                                     "transaction did is undone");
        tn_copy_in_abort(copy);
        tn_pipeline_close(pipe);
        assert_int_equal(pging_int(p, p->db, "SELECT count(*) FROM t"), 0);
    }
}

static void commit_tells_what_failed_first(void **state)
{
    struct pging *p = *state;
    tn_db *tx;
    assert_ok(tn_tx_begin(&tx, p->db, TN_WRITE, &p->err));
    assert_ok(pging_exec(tx, "SELECT 1", &p->err));
    assert_status(pging_exec(tx, "SELECT 1 / 0", &p->err), TN_EINVAL, p->err);
    assert_status(pging_exec(tx, "SELECT 1", &p->err), TN_EINVAL, p->err);
    assert_status(tn_tx_commit(tx, &p->err), TN_EINVAL, p->err);
    assert_string_equal(p->err.message, "the transaction has been rolled back: a statement in it "
                                        "failed (division by zero)");
}

/* --- sessions ----------------------------------------------------------------------------------- */

static PQnoticeReceiver (*real_receiver)(PGconn *conn, PQnoticeReceiver fn, void *user);
static unsigned to_kill;
static unsigned opened;

/* The last that is done with a connection before its session is set up. */
static PQnoticeReceiver kill_new(PGconn *conn, PQnoticeReceiver fn, void *user)
{
    opened++;
    if (to_kill > 0) {
        to_kill--;
        pg_end_session(tn__pq_table.backendPID(conn));
    }
    return real_receiver(conn, fn, user);
}

static int insert_one(tn_db *tx, void *user, tn_error *err)
{
    ++*(int *)user;
    return pging_exec(tx, "INSERT INTO t VALUES (1)", err);
}

static void new_session_that_is_killed_is_opened_again(void **state)
{
    struct pging *p = *state;
    tn_tx_options options = TN_TX_OPTIONS_INIT;
    pging_script(p, "CREATE TABLE t (id int)");
    real_receiver = tn__pq_table.setNoticeReceiver;
    tn__pq_table.setNoticeReceiver = kill_new;
    static const unsigned cases[] = {2, 100};
    for (size_t i = 0; i < 2; i++) {
        int runs = 0;
        tn_db *db = NULL;
        options.max_attempts = 3;
        to_kill = 0;
        db = pging_open(p, "&max_connections=2");
        tn_conn *held;
        assert_ok(tn_conn_acquire(&held, db, TN_WRITE, &p->err));
        opened = 0;
        to_kill = cases[i];
        int rc = tn_transact(db, insert_one, &runs, &options, &p->err);
        assert_status(rc, i == 0 ? TN_OK : TN_ECONNECT, p->err);
        assert_in_range(opened, 3, 2 * options.max_attempts);
        assert_int_equal(runs, i == 0);
        to_kill = 0;
        tn_conn_release(held);
        tn_db_close(db);
    }
    tn__pq_table.setNoticeReceiver = real_receiver;
    assert_int_equal(pging_int(p, p->db, "SELECT count(*) FROM t"), 1);
}

static void what_prepare_makes_ends_with_the_loan(void **state)
{
    struct pging *p = *state;
    assert_int_equal(pging_int(p, p->db, "SELECT 41 + 1"), 42); /* the cache's */
    static const char *const made[] = {"PREPARE foo AS SELECT 1",
                                       "PREPARE \"a \"\"b\" AS SELECT 2"};
    for (size_t i = 0; i < 2; i++)
        assert_ok(pging_exec(p->db, made[i], &p->err));
    pging_script(p, "PREPARE bar AS SELECT 3");
    static const char left[] = "SELECT count(*) FROM pg_prepared_statements WHERE from_sql";
    assert_int_equal(pging_int(p, p->db, left), 0);
    assert_int_equal(pging_int(p, p->db, "SELECT 41 + 1"), 42);
    tn_conn *conn;
    assert_ok(tn_conn_acquire(&conn, p->db, TN_WRITE, &p->err));
    assert_ok(pging_exec(tn_conn_db(conn), made[0], &p->err));
    assert_int_equal(pging_int(p, tn_conn_db(conn), left), 1);
    tn_conn_release(conn);
    assert_int_equal(pging_int(p, p->db, left), 0);
}

/* --- pipelines ---------------------------------------------------------------------------------- */

static void lost_connection_answers_the_rest_of_the_group(void **state)
{
    struct pging *p = *state;
    tn_pipeline *pipe;
    tn_answer answer;
    assert_ok(tn_pipeline_open(&pipe, p->db, NULL, &p->err));
    for (int i = 0; i < 4; i++)
        assert_ok(tn_pipeline_send(
            pipe, i == 1 ? "SELECT pg_terminate_backend(pg_backend_pid())" : "SELECT 1", NULL, 0,
            NULL, &p->err));
    assert_ok(tn_pipeline_sync(pipe, &p->err));
    assert_ok(tn_pipeline_next(&answer, pipe, &p->err));
    for (int i = 1; i < 4; i++)
        assert_status(tn_pipeline_next(&answer, pipe, &p->err), TN_ECONNECT, p->err);
    assert_int_equal(tn_pipeline_next(&answer, pipe, &p->err), TN_DONE);
    tn_pipeline_close(pipe);
    assert_int_equal(pging_int(p, p->db, "SELECT 1"), 1);
}

static void type_of_a_parameter_is_asked_anew_in_a_pipeline(void **state)
{
    struct pging *p = *state;
    tn_pipeline *pipe;
    tn_answer answer;
    tn_conn *conn;
    static const char sql[] = "INSERT INTO t (n) VALUES ($1)";
    tn_value value = tn_value_int(1);
    tn_db *other = pging_open(p, "&max_connections=1");
    pging_script(p, "CREATE TABLE t (n int)");
    assert_ok(tn_conn_acquire(&conn, p->db, TN_WRITE, &p->err));
    assert_ok(tn_pipeline_open(&pipe, tn_conn_db(conn), NULL, &p->err));
    assert_ok(tn_pipeline_send(pipe, sql, &value, 1, NULL, &p->err));
    assert_ok(tn_pipeline_sync(pipe, &p->err));
    assert_ok(tn_pipeline_next(&answer, pipe, &p->err));
    assert_int_equal(tn_pipeline_next(&answer, pipe, &p->err), TN_DONE);
    assert_ok(pging_exec(other, "ALTER TABLE t ALTER n TYPE bigint", &p->err));
    value = tn_value_int(5000000000);
    assert_status(tn_pipeline_send(pipe, sql, &value, 1, NULL, &p->err), TN_OK, p->err);
    assert_ok(tn_pipeline_sync(pipe, &p->err));
    assert_status(tn_pipeline_next(&answer, pipe, &p->err), TN_OK, p->err);
    tn_pipeline_close(pipe);
    tn_conn_release(conn);
    assert_int_equal(pging_int(p, p->db, "SELECT n FROM t ORDER BY n DESC LIMIT 1"), 5000000000);
    tn_db_close(other);
}

/* --- sizes -------------------------------------------------------------------------------------- */

/* Never looked at: what is refused is refused by its size alone. */
static tn_value blob_of(const char *byte, size_t size)
{
    return (tn_value){.type = TN_BLOB, .as.blob = {byte, size}};
}

struct big {
    tn_value values[2];
    int runs;
};

static int pass_big(tn_db *tx, void *user, tn_error *err)
{
    struct big *big = user;
    big->runs++;
    return tn_exec(tx, "SELECT $1::bytea, $2::bytea", big->values, 2, NULL, err);
}

static void parameters_beyond_a_message_are_refused(void **state)
{
    struct pging *p = *state;
    const struct {
        size_t first, second;
        const char *said;
    } cases[] = {
        {0x40000000, 1, "parameter '$1': a blob of 1073741824 bytes is too big"},
        {0x3fffffff, 1, "parameter '$1': a blob of 1073741823 bytes is too big"},
        {0x3ffffffe, 1, "parameter '$1' is too big (1073741822 bytes)"},
        {0x20000000, 0x20000001, "parameter '$2' is too big (536870913 bytes)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        tn_pipeline *pipe;
        struct big big = {{blob_of("", cases[i].first), blob_of("", cases[i].second)}, 0};
        assert_status(tn_transact(p->db, pass_big, &big, NULL, &p->err), TN_ERANGE, p->err);
        assert_int_equal(big.runs, 1);
        assert_memory_equal(p->err.message, cases[i].said, strlen(cases[i].said));
        assert_ok(tn_pipeline_open(&pipe, p->db, NULL, &p->err));
        assert_status(
            tn_pipeline_send(pipe, "SELECT $1::bytea, $2::bytea", big.values, 2, NULL, &p->err),
            TN_ERANGE, p->err);
        tn_pipeline_close(pipe);
    }
    assert_int_equal(pging_int(p, p->db, "SELECT 1"), 1);
}

/* --- what is told ------------------------------------------------------------------------------- */

static void failures_of_a_copy_are_told_with_its_text(void **state)
{
    struct pging *p = *state;
    static const char *const columns[] = {"id"};
    struct seen seen = {.count = 0};
    tn_copy_in *in;
    tn_copy_out *out;
    const tn_value *row;
    tn_value id = tn_value_int(1);
    pging_script(p, "CREATE TABLE t (id int UNIQUE)");
    assert_ok(tn_db_set_trace(p->db, on_trace, &seen, &p->err));
    assert_ok(tn_copy_in_open(&in, p->db, "t", columns, 1, &p->err));
    assert_ok(tn_copy_in_row(in, &id, 1, &p->err));
    assert_ok(tn_copy_in_row(in, &id, 1, &p->err));
    assert_status(tn_copy_in_close(in, NULL, &p->err), TN_EUNIQUE, p->err);
    assert_int_equal(seen.events[seen.count - 1].kind, TN_TRACE_FAILURE);
    assert_string_equal(seen.sql[seen.count - 1], "COPY \"t\" (\"id\") FROM STDIN (FORMAT binary)");
    assert_ok(
        tn_copy_out_open(&out, p->db, "SELECT 1 / n FROM generate_series(0, 0) AS n", &p->err));
    assert_status(tn_copy_out_next(&row, out, &p->err), TN_EINVAL, p->err);
    tn_copy_out_close(out);
    assert_int_equal(seen.events[seen.count - 1].kind, TN_TRACE_FAILURE);
    assert_string_equal(seen.sql[seen.count - 1], "COPY (SELECT 1 / n FROM generate_series(0, 0) "
                                                  "AS n) TO STDOUT (FORMAT binary)");
    assert_ok(tn_db_set_trace(p->db, NULL, NULL, &p->err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PG_TEST(commit_with_a_copy_or_a_pipeline_open_undoes_all),
        PG_TEST(commit_tells_what_failed_first),
        PG_TEST(new_session_that_is_killed_is_opened_again),
        PG_TEST(what_prepare_makes_ends_with_the_loan),
        PG_TEST(lost_connection_answers_the_rest_of_the_group),
        PG_TEST(type_of_a_parameter_is_asked_anew_in_a_pipeline),
        PG_TEST(parameters_beyond_a_message_are_refused),
        PG_TEST(failures_of_a_copy_are_told_with_its_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
