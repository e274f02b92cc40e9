/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <sys/stat.h>

#include "pgfault.h"

/*
 * Rows of all sizes over TLS. Its records are read whole, so that a part of one may be in the library's
 * hands while nothing can be read at the socket: who waits for that waits for ever.
 */

enum {
    RECORD = 16384,
    MOST_ROWS = 40
};

struct tls {
    char *folder;
    struct tn__server *server;
    tn_arena arena;
    tn_db *db;
    tn_error err;
};

/* A key and a certificate that the server's user can read. */
static void make_certificate(struct tls *t)
{
    char command[3 * PATH_MAX];
    struct stat owner;
    assert_int_equal(stat(tn__server_data_dir(t->server), &owner), 0);
    snprintf(command, sizeof command,
             "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
             "-subj /CN=localhost -keyout %s/key.pem -out %s/cert.pem 2>/dev/null",
             t->folder, t->folder);
    assert_int_equal(system(command), 0);
    assert_int_equal(chown(t->folder, owner.st_uid, owner.st_gid), 0);
    assert_int_equal(chmod(scratch_path(t->folder, "key.pem"), 0600), 0);
    assert_int_equal(chown(scratch_path(t->folder, "key.pem"), owner.st_uid, owner.st_gid), 0);
    assert_int_equal(chown(scratch_path(t->folder, "cert.pem"), owner.st_uid, owner.st_gid), 0);
}

static void set(const char *url, const char *name, const char *value)
{
    char sql[PATH_MAX + 100];
    snprintf(sql, sizeof sql, "ALTER SYSTEM SET %s = '%s'", name, value);
    (void)pg_query(url, sql);
}

static int setup(void **state)
{
    struct tn__server_options options = {.password = "secret", .tcp = true};
    struct tls *t = calloc(1, sizeof *t);
    assert_non_null(t);
    t->folder = scratch_make();
    assert_status(tn__server_start(&t->server, &options, &t->err), TN_OK, t->err);
    make_certificate(t);
    const char *url = tn__server_url(t->server, "postgres", &t->arena);
    set(url, "ssl_key_file", scratch_path(t->folder, "key.pem"));
    set(url, "ssl_cert_file", scratch_path(t->folder, "cert.pem"));
    set(url, "ssl", "on");
    assert_status(tn__server_restart(t->server, &t->err), TN_OK, t->err);
    pgfault_watchdog(120);
    *state = t;
    return 0;
}

static int teardown(void **state)
{
    struct tls *t = *state;
    pgfault_watchdog(0);
    tn_db_close(t->db);
    tn__server_stop(t->server);
    tn_arena_fini(&t->arena);
    scratch_remove(t->folder);
    free(t->folder);
    free(t);
    return 0;
}

static void open_db(struct tls *t, const char *params)
{
    char url[PGFAULT_URL_SIZE];
    const char *base = tn__server_tcp_url(t->server, "postgres", &t->arena);
    snprintf(url, sizeof url, "%s%csslmode=require&max_connections=1%s", base,
             strchr(base, '?') ? '&' : '?', params);
    tn_db_close(t->db);
    assert_status(tn_db_open(&t->db, url, NULL, &t->err), TN_OK, t->err);
    assert_int_equal(
        pgfault_number(
            t->db, "SELECT count(*)::int8 FROM pg_stat_ssl WHERE ssl AND pid = pg_backend_pid()"),
        1);
}

/* --- ways of reading rows ---------------------------------------------------------------------- */

static const char sql[] = "SELECT repeat('x', $1::int) FROM generate_series(1, $2::int)";

static void step_rows(struct tls *t, const tn_value *params, bool is_stream)
{
    tn_stmt *stmt;
    int64_t count = 0;
    int rc = tn_stmt_open(&stmt, t->db, sql, &t->err);
    assert_status(rc, TN_OK, t->err);
    assert_ok(tn_stmt_stream(stmt, is_stream, &t->err));
    for (int i = 0; i < 2; i++)
        assert_ok(tn_stmt_bind(stmt, i + 1, params[i], &t->err));
    while ((rc = tn_stmt_step(stmt, &t->err)) == TN_ROW) {
        assert_int_equal(tn_stmt_column(stmt, 0).as.text.size, params[0].as.integer);
        count++;
    }
    assert_status(rc, TN_DONE, t->err);
    assert_int_equal(count, params[1].as.integer);
    tn_stmt_close(stmt);
}

static void pipe_rows(struct tls *t, const tn_value *params)
{
    tn_pipeline *pipeline;
    tn_answer answer;
    assert_ok(tn_pipeline_open(&pipeline, t->db, NULL, &t->err));
    for (int i = 0; i < 3; i++)
        assert_status(tn_pipeline_send(pipeline, sql, params, 2, NULL, &t->err), TN_OK, t->err);
    assert_ok(tn_pipeline_sync(pipeline, &t->err));
    for (int i = 0; i < 3; i++) {
        assert_status(tn_pipeline_next(&answer, pipeline, &t->err), TN_OK, t->err);
        assert_status(answer.status, TN_OK, t->err);
        assert_int_equal(answer.row_count, params[1].as.integer);
    }
    tn_pipeline_close(pipeline);
}

static void copy_rows(struct tls *t, const tn_value *params)
{
    char text[200];
    tn_copy_out *copy;
    const tn_value *row;
    int64_t count = 0;
    snprintf(text, sizeof text, "SELECT repeat('x', %d) FROM generate_series(1, %d)",
             (int)params[0].as.integer, (int)params[1].as.integer);
    assert_status(tn_copy_out_open(&copy, t->db, text, &t->err), TN_OK, t->err);
    int rc;
    while ((rc = tn_copy_out_next(&row, copy, &t->err)) == TN_ROW)
        count++;
    assert_status(rc, TN_DONE, t->err);
    assert_int_equal(count, params[1].as.integer);
    tn_copy_out_close(copy);
}

static void read_all_ways(struct tls *t, int size, int count)
{
    const tn_value params[2] = {tn_value_int(size), tn_value_int(count)};
    step_rows(t, params, false);
    step_rows(t, params, true);
    pipe_rows(t, params);
    copy_rows(t, params);
}

static void rows_of_all_sizes_arrive(void **state)
{
    static const char *const limits[] = {"", "&statement_timeout=60s"};
    struct tls *t = *state;
    for (int i = 0; i < 2; i++) {
        open_db(t, limits[i]);
        for (int count = 1; count <= MOST_ROWS; count += 13) {
            for (int size = 1000; size < 3 * RECORD; size += 1777)
                read_all_ways(t, size, count);
            for (int around = -40; around <= 40; around += 8)
                read_all_ways(t, RECORD + around, count);
        }
        assert_ok(tn_db_check_unused(t->db, NULL));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rows_of_all_sizes_arrive, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
