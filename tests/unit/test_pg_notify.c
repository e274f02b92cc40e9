/* SPDX-License-Identifier: MIT */
/* Notifications among programs: channels, transactions, lost connections, event loops. */
#include "check.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tenon/tenon.h>

#include "fault_alloc.h"
#include "pg.h"
#include "util/clock.h"

struct fixture {
    const char *url;
    tn_db *db;
    tn_listener *listener;
    tn_error err;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->url = pg_new_database();
    assert_ok(tn_db_open(&f->db, f->url, NULL, &f->err));
    if (tn_listener_open(&f->listener, f->db, NULL, &f->err) != TN_OK)
        fail_msg("no listener: %s", f->err.message);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    tn_listener_close(f->listener);
    tn_db_close(f->db);
    free(f);
    return 0;
}

static void expect(struct fixture *f, const char *channel, const char *payload)
{
    tn_notification n;
    int rc = tn_listener_wait(&n, f->listener, 10000, &f->err);
    if (rc != TN_ROW)
        fail_msg("nothing came: %d %s", rc, f->err.message);
    assert_int_equal(n.kind, TN_NOTIFIED);
    assert_string_equal(n.channel, channel);
    assert_string_equal(n.payload, payload);
    assert_true(n.pid > 0);
}

static void expect_nothing(struct fixture *f)
{
    tn_notification n;
    assert_int_equal(tn_listener_wait(&n, f->listener, 50, &f->err), TN_NONE);
}

static void what_is_sent_to_a_channel_comes(void **state)
{
    struct fixture *f = *state;
    assert_ok(tn_listener_listen(f->listener, "jobs", &f->err));
    assert_ok(tn_listener_listen(f->listener, "jobs", &f->err));
    assert_ok(tn_listener_listen(f->listener, "An \"odd\" one", &f->err));
    expect_nothing(f);
    assert_ok(tn_notify(f->db, "jobs", "17", &f->err));
    assert_ok(tn_notify(f->db, "An \"odd\" one", NULL, &f->err));
    assert_ok(tn_notify(f->db, "others", "x", &f->err));
    expect(f, "jobs", "17");
    expect(f, "An \"odd\" one", "");
    expect_nothing(f);
    assert_ok(tn_listener_unlisten(f->listener, "jobs", &f->err));
    assert_ok(tn_listener_unlisten(f->listener, "jobs", &f->err));
    assert_ok(tn_notify(f->db, "jobs", "18", &f->err));
    expect_nothing(f);
}

static void transaction_sends_at_its_commit(void **state)
{
    struct fixture *f = *state;
    tn_db *tx;
    assert_ok(tn_listener_listen(f->listener, "jobs", &f->err));
    assert_ok(tn_tx_begin(&tx, f->db, TN_WRITE, &f->err));
    assert_ok(tn_notify(tx, "jobs", "rolled back", &f->err));
    tn_tx_rollback(tx);
    assert_ok(tn_tx_begin(&tx, f->db, TN_WRITE, &f->err));
    assert_ok(tn_notify(tx, "jobs", "committed", &f->err));
    expect_nothing(f);
    assert_ok(tn_tx_commit(tx, &f->err));
    expect(f, "jobs", "committed");
}

static void wrong_names_are_refused(void **state)
{
    struct fixture *f = *state;
    char name[80];
    memset(name, 'n', 64);
    name[64] = 0;
    assert_int_equal(tn_listener_listen(f->listener, name, &f->err), TN_ERANGE);
    assert_int_equal(tn_listener_listen(f->listener, "", &f->err), TN_EINVAL);
    assert_int_equal(tn_listener_unlisten(f->listener, NULL, &f->err), TN_EINVAL);
    assert_int_equal(tn_notify(f->db, name, NULL, &f->err), TN_ERANGE);
    char *payload = malloc(9000);
    assert_non_null(payload);
    memset(payload, 'x', 8999);
    payload[8999] = 0;
    assert_true(tn_notify(f->db, "jobs", payload, &f->err) < 0);
    free(payload);
    tn_listener_options options = TN_LISTENER_OPTIONS_INIT;
    tn_listener *other;
    options.version = 9;
    assert_int_equal(tn_listener_open(&other, f->db, &options, &f->err), TN_EINVAL);
}

static void alter(const struct fixture *f, const char *what)
{
    char sql[300];
    const char *name = strrchr(f->url, '/') + 1;
    snprintf(sql, sizeof sql, "ALTER DATABASE %.*s %s", (int)strcspn(name, "?"), name, what);
    (void)pg_query(pg_url(), sql);
}

/* Nobody may connect to the database; others listen on the same server. */
static void end_listener(const struct fixture *f)
{
    char sql[300];
    const char *name = strrchr(f->url, '/') + 1;
    snprintf(sql, sizeof sql,
             "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
             "WHERE datname = '%.*s' AND query LIKE 'LISTEN%%'",
             (int)strcspn(name, "?"), name);
    (void)pg_query(pg_url(), sql);
}

static void lost_connection_is_made_anew_and_told(void **state)
{
    struct fixture *f = *state;
    tn_notification n;
    assert_ok(tn_listener_listen(f->listener, "jobs", &f->err));
    assert_ok(tn_listener_listen(f->listener, "more", &f->err));
    end_listener(f);
    int rc;
    while ((rc = tn_listener_pump(&n, f->listener, &f->err)) == TN_NONE) {
        struct pollfd wait = {.fd = tn_listener_socket(f->listener), .events = POLLIN};
        assert_int_equal(poll(&wait, 1, 10000), 1);
    }
    assert_int_equal(rc, TN_ECONNECT);
    assert_int_equal(tn_listener_socket(f->listener), -1);
    assert_int_equal(tn_listener_pump(&n, f->listener, &f->err), TN_ECONNECT);
    assert_int_equal(tn_listener_listen(f->listener, "third", &f->err), TN_ECONNECT);
    assert_int_equal(tn_listener_wait(&n, f->listener, 10000, &f->err), TN_ROW);
    assert_int_equal(n.kind, TN_NOTIFIED_GAP);
    assert_null(n.channel);
    assert_ok(tn_notify(f->db, "more", "still", &f->err));
    expect(f, "more", "still");
    assert_true(tn_listener_socket(f->listener) >= 0);
}

/* Nobody can connect: the failure is told, and tried again. */
static void server_that_stays_away_is_told_in_time(void **state)
{
    struct fixture *f = *state;
    tn_notification n;
    assert_ok(tn_listener_listen(f->listener, "jobs", &f->err));
    alter(f, "ALLOW_CONNECTIONS false");
    end_listener(f);
    int64_t before = tn__mono_ns();
    assert_int_equal(tn_listener_wait(&n, f->listener, 300, &f->err), TN_ECONNECT);
    assert_true(tn__mono_ns() - before >= 290 * INT64_C(1000000));
    alter(f, "ALLOW_CONNECTIONS true");
    assert_int_equal(tn_listener_wait(&n, f->listener, 10000, &f->err), TN_ROW);
    assert_int_equal(n.kind, TN_NOTIFIED_GAP);
}

static void *wake_soon(void *listener)
{
    tn__sleep_us(100000);
    tn_listener_wake(listener);
    return NULL;
}

static void wait_can_be_ended_from_elsewhere(void **state)
{
    struct fixture *f = *state;
    tn_notification n;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, wake_soon, f->listener), 0);
    assert_int_equal(tn_listener_wait(&n, f->listener, -1, &f->err), TN_EINTERRUPT);
    pthread_join(thread, NULL);
    expect_nothing(f);
}

static void event_loop_waits_at_the_socket(void **state)
{
    struct fixture *f = *state;
    tn_notification n;
    assert_ok(tn_listener_listen(f->listener, "jobs", &f->err));
    assert_int_equal(tn_listener_pump(&n, f->listener, &f->err), TN_NONE);
    for (int i = 0; i < 3; i++)
        assert_ok(tn_notify(f->db, "jobs", "x", &f->err));
    int got = 0;
    while (got < 3) {
        struct pollfd wait = {.fd = tn_listener_socket(f->listener), .events = POLLIN};
        assert_int_equal(poll(&wait, 1, 10000), 1);
        while (tn_listener_pump(&n, f->listener, &f->err) == TN_ROW)
            got++;
    }
    assert_int_equal(got, 3);
}

static void pooler_is_refused_with_a_reason(void **state)
{
    struct fixture *f = *state;
    char url[1200];
    tn_db *db;
    tn_listener *listener;
    snprintf(url, sizeof url, "%s%cprepare=unnamed", f->url, strchr(f->url, '?') ? '&' : '?');
    if (tn_db_open(&db, url, NULL, &f->err) != TN_OK)
        fail_msg("%s", f->err.message);
    assert_int_equal(tn_listener_open(&listener, db, NULL, &f->err), TN_EUNSUPPORTED);
    assert_non_null(strstr(f->err.message, "direct_url"));
    tn_db_close(db);
}

static void sqlite_has_none(void **state)
{
    tn_db *db;
    tn_listener *listener;
    tn_error err = {0};
    (void)state;
    assert_ok(tn_db_open(&db, ":memory:", NULL, &err));
    assert_int_equal(tn_listener_open(&listener, db, NULL, &err), TN_EUNSUPPORTED);
    assert_int_equal(tn_notify(db, "jobs", NULL, &err), TN_EUNSUPPORTED);
    tn_listener_close(NULL);
    tn_db_close(db);
}

static int run_small(void *user)
{
    tn_error err = {0};
    tn_db *db = NULL;
    tn_listener *listener = NULL;
    tn_notification n;
    int rc = tn_db_open(&db, user, NULL, &err);
    if (rc == TN_OK)
        rc = tn_listener_open(&listener, db, NULL, &err);
    if (rc == TN_OK)
        rc = tn_listener_listen(listener, "jobs", &err);
    if (rc == TN_OK)
        rc = tn_notify(db, "jobs", "x", &err);
    if (rc == TN_OK)
        rc = tn_listener_wait(&n, listener, 10000, &err);
    tn_listener_close(listener);
    tn_db_close(db);
    return rc == TN_ROW ? TN_OK : rc;
}

static void every_allocation_may_fail(void **state)
{
    struct fixture *f = *state;
    char *url = strdup(f->url);
    fault_alloc_each(run_small, url);
    free(url);
}

#define ON(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON(what_is_sent_to_a_channel_comes),
        ON(transaction_sends_at_its_commit),
        ON(wrong_names_are_refused),
        ON(lost_connection_is_made_anew_and_told),
        ON(server_that_stays_away_is_told_in_time),
        ON(wait_can_be_ended_from_elsewhere),
        ON(event_loop_waits_at_the_socket),
        ON(pooler_is_refused_with_a_reason),
        cmocka_unit_test(sqlite_has_none),
        ON(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
