/* SPDX-License-Identifier: MIT */
/* What happens to pipelines: limits of time, lost connections, other schemas, no memory; event loops. */
#include "check.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>

#include "driver/postgres/pq.h"
#include "fault_alloc.h"
#include "piping.h"
#include "util/clock.h"

/* Types that only the catalog knows are asked for in the middle of it. */
static void types_of_the_catalog_are_looked_up_within_the_group(void **state)
{
    struct fixture *f = *state;
    tn_answer answer;
    assert_ok(tn_exec_script(f->db, "CREATE TYPE mood AS ENUM ('well', 'ill')", &f->err));
    tn_pipeline *p = open_on(f, f->db, NULL);
    tn_value mood = tn_value_string("ill");
    send_int(p, insert, 1, NULL);
    assert_ok(tn_pipeline_send(p, "SELECT $1::mood, ARRAY[$1]", &mood, 1, NULL, &f->err));
    assert_ok(tn_pipeline_next(&answer, p, &f->err));
    assert_ok(tn_pipeline_next(&answer, p, &f->err));
    assert_text(tn_pipeline_value(p, 0, 0).as.text, "ill");
    tn_value moods = tn_pipeline_value(p, 0, 1);
    assert_int_equal(moods.type, TN_ARRAY);
    assert_text(moods.as.array->items[0].as.text, "ill");
    tn_pipeline_close(p);
    assert_int_equal(count_of(f, "t"), 0);
}

static void statement_that_takes_too_long_is_stopped(void **state)
{
    struct fixture *f = *state;
    tn_conn *conn;
    tn_answer answer;
    assert_ok(tn_conn_acquire(&conn, f->db, TN_WRITE, &f->err));
    tn_conn_set_timeout(conn, 200);
    tn_pipeline *p = open_on(f, tn_conn_db(conn), NULL);
    send_int(p, "SELECT pg_sleep(0.12), $1::int", 1, NULL);
    send_int(p, "SELECT pg_sleep(0.12), $1::int", 1, NULL); /* each by itself is in time */
    send_int(p, "SELECT pg_sleep(30), $1::int", 1, NULL);
    send_int(p, "SELECT $1::int", 1, NULL);
    assert_ok(tn_pipeline_sync(p, &f->err));
    send_int(p, "SELECT $1::int", 1, NULL);
    assert_ok(tn_pipeline_sync(p, &f->err));
    assert_ok(tn_pipeline_next(&answer, p, &f->err));
    assert_ok(tn_pipeline_next(&answer, p, &f->err));
    assert_int_equal(tn_pipeline_next(&answer, p, &f->err), TN_ETIMEOUT);
    assert_int_equal(tn_pipeline_next(&answer, p, &f->err), TN_ENOTRUN);
    assert_ok(tn_pipeline_next(&answer, p, &f->err));
    tn_pipeline_close(p);
    tn_conn_release(conn);
}

static void *interrupt_soon(void *conn)
{
    tn__sleep_us(200000);
    tn_conn_interrupt(conn);
    return NULL;
}

static void interrupt_stops_what_runs(void **state)
{
    struct fixture *f = *state;
    tn_conn *conn;
    tn_answer answer;
    pthread_t thread;
    assert_ok(tn_conn_acquire(&conn, f->db, TN_WRITE, &f->err));
    tn_pipeline *p = open_on(f, tn_conn_db(conn), NULL);
    send_int(p, "SELECT pg_sleep(30), $1::int", 1, NULL);
    assert_ok(tn_pipeline_sync(p, &f->err));
    assert_int_equal(pthread_create(&thread, NULL, interrupt_soon, conn), 0);
    assert_int_equal(tn_pipeline_next(&answer, p, &f->err), TN_EINTERRUPT);
    pthread_join(thread, NULL);
    send_int(p, "SELECT $1::int", 1, NULL);
    assert_ok(tn_pipeline_finish(p, &f->err));
    tn_pipeline_close(p);
    tn_conn_release(conn);
}

static atomic_bool is_asking;
static int (*real_cancel)(PGcancel *cancel, char *buffer, int size);

/* As over a network that takes its time. */
static int cancel_late(PGcancel *cancel, char *buffer, int size)
{
    atomic_store(&is_asking, true);
    tn__sleep_us(200000);
    return real_cancel(cancel, buffer, size);
}

static void *interrupt_now(void *conn)
{
    tn_conn_interrupt(conn);
    return NULL;
}

/* What was to stop the last statement of a pipeline must not stop the next one behind it. */
static void interrupt_that_comes_late_stops_nothing_else(void **state)
{
    struct fixture *f = *state;
    tn_conn *conn;
    tn_answer answer;
    pthread_t thread;
    assert_ok(tn_conn_acquire(&conn, f->db, TN_WRITE, &f->err));
    tn_pipeline *p = open_on(f, tn_conn_db(conn), NULL);
    send_int(p, "SELECT $1::int", 1, NULL);
    assert_ok(tn_pipeline_sync(p, &f->err));
    atomic_store(&is_asking, false);
    real_cancel = tn__pq_table.cancel;
    tn__pq_table.cancel = cancel_late;
    assert_int_equal(pthread_create(&thread, NULL, interrupt_now, conn), 0);
    while (!atomic_load(&is_asking))
        tn__sleep_us(1000);
    assert_ok(tn_pipeline_next(&answer, p, &f->err));
    assert_ok(tn_pipeline_finish(p, &f->err));
    tn_pipeline_close(p);
    assert_ok(tn_exec(tn_conn_db(conn), "SELECT pg_sleep(0.5)", NULL, 0, NULL, &f->err));
    pthread_join(thread, NULL);
    tn__pq_table.cancel = real_cancel;
    tn_conn_release(conn);
}

static void lost_connection_answers_everything_and_is_replaced(void **state)
{
    struct fixture *f = *state;
    tn_pipeline *p = open_on(f, f->db, NULL);
    tn_answer answer;
    send_int(p, insert, 1, NULL);
    send_int(p, "SELECT pg_terminate_backend(pg_backend_pid()), $1::int", 1, NULL);
    send_int(p, insert, 2, NULL);
    assert_ok(tn_pipeline_sync(p, &f->err));
    assert_ok(tn_pipeline_next(&answer, p, &f->err));
    assert_int_equal(tn_pipeline_next(&answer, p, &f->err), TN_ECONNECT);
    assert_string_equal(f->err.sqlstate, "57P01");
    assert_int_equal(tn_pipeline_next(&answer, p, &f->err), TN_ENOTRUN);
    assert_int_equal(tn_pipeline_next(&answer, p, &f->err), TN_DONE);
    tn_value one = tn_value_int(1);
    assert_int_equal(tn_pipeline_send(p, insert, &one, 1, NULL, &f->err), TN_ECONNECT);
    assert_int_equal(tn_pipeline_sync(p, &f->err), TN_ECONNECT);
    tn_pipeline_close(p);
    assert_int_equal(count_of(f, "t"), 0); /* on another connection */
}

static void wait_until_answered(tn_pipeline *p)
{
    tn_error err;
    while (tn_pipeline_wants(p) & TN_WANTS_READ) {
        struct pollfd wait = {.fd = tn_pipeline_socket(p), .events = POLLIN};
        (void)poll(&wait, 1, 1000);
        assert_true(tn_pipeline_pump(p, &err) >= 0);
    }
}

static void schema_that_changes_is_told_and_then_seen(void **state)
{
    struct fixture *f = *state;
    tn_conn *conn;
    tn_answer answer;
    static const char sql[] = "SELECT * FROM t WHERE id >= $1";
    assert_ok(tn_conn_acquire(&conn, f->db, TN_WRITE, &f->err));
    tn_pipeline *p = open_on(f, tn_conn_db(conn), NULL);
    send_int(p, sql, 0, NULL);
    assert_ok(tn_pipeline_finish(p, &f->err));
    (void)pg_query(f->url, "ALTER TABLE t ADD COLUMN more int");
    send_int(p, sql, 0, NULL);
    assert_int_equal(tn_pipeline_finish(p, &f->err), TN_ESCHEMA);
    send_int(p, insert, 1, NULL);
    send_int(p, sql, 0, NULL);
    assert_ok(tn_pipeline_sync(p, &f->err));
    assert_ok(tn_pipeline_next(&answer, p, &f->err));
    assert_ok(tn_pipeline_next(&answer, p, &f->err));
    assert_int_equal(answer.column_count, 3);
    tn_pipeline_close(p);
    tn_conn_release(conn);
}

/* The rows have the types that they came with, whatever the statement has become before they are read. */
static void answers_outlive_what_their_statement_was(void **state)
{
    struct fixture *f = *state;
    tn_answer answer;
    static const char sql[] = "SELECT id, * FROM t WHERE id >= $1";
    assert_ok(tn_exec(f->db, "INSERT INTO t VALUES (7, 'x')", NULL, 0, NULL, &f->err));
    tn_pipeline *p = open_on(f, f->db, NULL);
    send_int(p, sql, 0, NULL);
    assert_ok(tn_pipeline_sync(p, &f->err));
    wait_until_answered(p);
    (void)pg_query(f->url, "ALTER TABLE t ALTER id TYPE bigint, DROP name");
    send_int(p, sql, 0, NULL);
    assert_ok(tn_pipeline_sync(p, &f->err));
    wait_until_answered(p);
    send_int(p, sql, 0, NULL); /* prepared anew */
    assert_ok(tn_pipeline_sync(p, &f->err));
    assert_ok(tn_pipeline_next(&answer, p, &f->err));
    assert_int_equal(answer.column_count, 3);
    assert_int_equal(tn_pipeline_value(p, 0, 0).as.integer, 7);
    assert_text(tn_pipeline_value(p, 0, 2).as.text, "x");
    assert_int_equal(tn_pipeline_next(&answer, p, &f->err), TN_ESCHEMA);
    assert_ok(tn_pipeline_next(&answer, p, &f->err));
    assert_int_equal(answer.column_count, 2);
    assert_int_equal(tn_pipeline_value(p, 0, 1).as.integer, 7);
    tn_pipeline_close(p);
}

/* Behind a pooler that knows no names each statement is parsed each time. */
static void statements_without_names_work_alike(void **state)
{
    struct fixture *f = *state;
    char url[1200];
    tn_db *db;
    tn_answer answer;
    snprintf(url, sizeof url, "%s%cprepare=unnamed", f->url, strchr(f->url, '?') ? '&' : '?');
    assert_ok(tn_db_open(&db, url, NULL, &f->err));
    tn_pipeline *p = open_on(f, db, NULL);
    for (int i = 0; i < 300; i++) {
        send_int(p, insert, i, NULL);
        send_int(p, "SELECT :id::int * 2", i, NULL);
    }
    assert_ok(tn_pipeline_sync(p, &f->err));
    for (int i = 0; i < 300; i++) {
        assert_ok(tn_pipeline_next(&answer, p, &f->err));
        assert_int_equal(answer.affected, 1);
        assert_ok(tn_pipeline_next(&answer, p, &f->err));
        assert_int_equal(tn_pipeline_value(p, 0, 0).as.integer, i * 2);
    }
    tn_pipeline_close(p);
    tn_db_close(db);
    assert_int_equal(count_of(f, "t"), 300);
}

struct seen {
    int statements;
    int failures;
    int64_t rows;
};

static void on_trace(const tn_trace_event *event, void *user)
{
    struct seen *seen = user;
    seen->statements += event->kind == TN_TRACE_STATEMENT;
    seen->failures += event->kind == TN_TRACE_FAILURE;
    seen->rows += event->kind == TN_TRACE_STATEMENT ? event->rows : 0;
}

static void every_statement_is_traced(void **state)
{
    struct fixture *f = *state;
    struct seen seen = {0};
    assert_ok(tn_db_set_trace(f->db, on_trace, &seen, &f->err));
    tn_pipeline *p = open_on(f, f->db, NULL);
    for (int i = 0; i < 10; i++)
        send_int(p, "SELECT generate_series(1, $1::int)", i, NULL);
    send_int(p, insert, 1, NULL);
    send_int(p, insert, 1, NULL);
    send_int(p, insert, 2, NULL);
    assert_int_equal(tn_pipeline_finish(p, &f->err), TN_EUNIQUE);
    tn_pipeline_close(p);
    assert_ok(tn_db_set_trace(f->db, NULL, NULL, &f->err));
    assert_true(seen.statements >= 12);
    assert_int_equal(seen.failures, 1);
    assert_int_equal(seen.rows, 45);
}

/* Several pipelines in one loop, none of which waits for itself. */
static void event_loop_drives_several(void **state)
{
    struct fixture *f = *state;
    enum {
        PIPES = 4,
        EACH = 1000
    };
    tn_pipeline *pipes[PIPES];
    int sent[PIPES] = {0};
    int read[PIPES] = {0};
    int done = 0;
    tn_answer answer;
    for (int i = 0; i < PIPES; i++)
        pipes[i] = open_on(f, f->db, NULL);
    while (done < PIPES * EACH) {
        struct pollfd fds[PIPES];
        for (int i = 0; i < PIPES; i++) {
            int rc;
            while ((rc = tn_pipeline_pump(pipes[i], &f->err)) == TN_ROW) {
                assert_ok(tn_pipeline_next(&answer, pipes[i], &f->err));
                assert_int_equal(tn_pipeline_value(pipes[i], 0, 0).as.text.size, ++read[i]);
                done++;
            }
            assert_true(rc == TN_OK || rc == TN_DONE);
            while (sent[i] < EACH && !tn_pipeline_is_full(pipes[i])) {
                send_int(pipes[i], "SELECT repeat('x', $1::int)", ++sent[i], NULL);
                if (sent[i] % 300 == 0)
                    assert_ok(tn_pipeline_sync(pipes[i], &f->err));
            }
            unsigned wants = tn_pipeline_wants(pipes[i]);
            fds[i].fd = wants ? tn_pipeline_socket(pipes[i]) : -1;
            fds[i].events = (short)((wants & TN_WANTS_READ ? POLLIN : 0) |
                                    (wants & TN_WANTS_WRITE ? POLLOUT : 0));
            assert_int_equal(tn_pipeline_wait_ms(pipes[i]), -1);
        }
        if (done < PIPES * EACH)
            assert_true(poll(fds, PIPES, 10000) > 0);
    }
    for (int i = 0; i < PIPES; i++) {
        assert_int_equal(read[i], EACH);
        tn_pipeline_close(pipes[i]);
    }
}

static void pump_keeps_the_limit_of_time(void **state)
{
    struct fixture *f = *state;
    tn_conn *conn;
    tn_answer answer;
    assert_ok(tn_conn_acquire(&conn, f->db, TN_WRITE, &f->err));
    tn_conn_set_timeout(conn, 100);
    tn_pipeline *p = open_on(f, tn_conn_db(conn), NULL);
    send_int(p, "SELECT pg_sleep(30), $1::int", 1, NULL);
    assert_ok(tn_pipeline_sync(p, &f->err));
    while (tn_pipeline_pump(p, &f->err) == TN_OK) {
        struct pollfd wait = {.fd = tn_pipeline_socket(p), .events = POLLIN};
        int ms = tn_pipeline_wait_ms(p);
        assert_in_range(ms, 0, 5000);
        (void)poll(&wait, 1, ms);
    }
    assert_int_equal(tn_pipeline_next(&answer, p, &f->err), TN_ETIMEOUT);
    tn_pipeline_close(p);
    tn_conn_release(conn);
}

static int run_small(void *user)
{
    const char *url = user;
    tn_error err = {0};
    tn_db *db = NULL;
    tn_pipeline *p = NULL;
    tn_answer answer;
    tn_value one = tn_value_int(1);
    int rc = tn_db_open(&db, url, NULL, &err);
    if (rc == TN_OK)
        rc = tn_pipeline_open(&p, db, NULL, &err);
    for (int i = 0; rc == TN_OK && i < 70; i++)
        rc = tn_pipeline_send(p, "SELECT $1::int", &one, 1, NULL, &err);
    if (rc == TN_OK)
        rc = tn_pipeline_sync(p, &err);
    while (rc == TN_OK)
        rc = tn_pipeline_next(&answer, p, &err);
    tn_pipeline_close(p);
    tn_db_close(db);
    return rc == TN_DONE ? TN_OK : rc;
}

static void every_allocation_may_fail(void **state)
{
    struct fixture *f = *state;
    char *url = strdup(f->url);
    fault_alloc_each(run_small, url);
    free(url);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON(types_of_the_catalog_are_looked_up_within_the_group),
        ON(statement_that_takes_too_long_is_stopped),
        ON(interrupt_stops_what_runs),
        ON(interrupt_that_comes_late_stops_nothing_else),
        ON(lost_connection_answers_everything_and_is_replaced),
        ON(schema_that_changes_is_told_and_then_seen),
        ON(answers_outlive_what_their_statement_was),
        ON(statements_without_names_work_alike),
        ON(every_statement_is_traced),
        ON(event_loop_drives_several),
        ON(pump_keeps_the_limit_of_time),
        ON(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
