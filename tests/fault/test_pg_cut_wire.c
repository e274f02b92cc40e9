/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "pgfault.h"

#include "pgcut.h"

/* COPY in and out, pipelines and streams, with the wire cut everywhere: rows are all there or not at all. */

enum {
    ROWS = 300,
    GROUP = 5
};

struct told {
    enum pgcut_outcome copy;
    enum pgcut_outcome group;
    enum pgcut_outcome batch;
    int streamed; /* TN_OK: all rows were read, as below */
    int copied;
};

/* --- what the program does --------------------------------------------------------------------- */

static int copy_in(tn_db *db, tn_error *err)
{
    static const char *const columns[] = {"kind", "text"};
    char text[200];
    tn_copy_in *copy;
    int64_t count = 0;
    int rc = tn_copy_in_open(&copy, db, "item", columns, 2, err);
    if (rc != TN_OK)
        return rc;
    memset(text, 'x', sizeof text);
    for (int i = 0; i < ROWS && rc == TN_OK; i++) {
        tn_value values[2] = {tn_value_string("copy"), tn_value_text((tn_text){text, sizeof text})};
        rc = tn_copy_in_row(copy, values, 2, err);
    }
    if (rc != TN_OK) {
        tn_copy_in_abort(copy);
        return rc;
    }
    rc = tn_copy_in_close(copy, &count, err);
    if (rc == TN_OK)
        assert_int_equal(count, ROWS);
    return rc;
}

static int copy_out(tn_db *db, tn_error *err)
{
    tn_copy_out *copy;
    const tn_value *row;
    int64_t id = 0;
    int rc = tn_copy_out_open(&copy, db, "SELECT id, text FROM wide ORDER BY id", err);
    if (rc != TN_OK)
        return rc;
    while ((rc = tn_copy_out_next(&row, copy, err)) == TN_ROW) {
        assert_int_equal(row[0].as.integer, ++id);
        assert_int_equal(row[1].as.text.size, id * 10);
    }
    if (rc == TN_DONE)
        assert_int_equal(id, 60);
    tn_copy_out_close(copy);
    return rc == TN_DONE ? TN_OK : rc;
}

/* Half of the rows the second time, so that it is cut by us, too. */
static int stream(tn_db *db, int64_t most, tn_error *err)
{
    tn_stmt *stmt;
    int64_t id = 0;
    int rc = tn_stmt_open(&stmt, db, "SELECT id, text FROM wide ORDER BY id", err);
    if (rc != TN_OK)
        return rc;
    rc = tn_stmt_stream(stmt, true, err);
    while (rc >= 0 && rc != TN_DONE && id < most) {
        rc = tn_stmt_step(stmt, err);
        if (rc != TN_ROW)
            continue;
        assert_int_equal(tn_stmt_column(stmt, 0).as.integer, ++id);
        assert_int_equal(tn_stmt_column(stmt, 1).as.text.size, id * 10);
    }
    if (rc == TN_DONE)
        assert_int_equal(id, 60);
    tn_stmt_close(stmt);
    return rc < 0 ? rc : TN_OK;
}

/* A group of a pipeline is kept as one. */
static int send_group(tn_db *db, const char *kind, tn_error *err)
{
    tn_pipeline *pipeline;
    int rc = tn_pipeline_open(&pipeline, db, NULL, err);
    if (rc != TN_OK)
        return rc;
    for (int i = 0; i < GROUP && rc == TN_OK; i++) {
        tn_value values[2] = {tn_value_string(kind), tn_value_string("text")};
        rc = tn_pipeline_send(pipeline, "INSERT INTO item VALUES ($1, $2)", values, 2, NULL, err);
    }
    if (rc == TN_OK)
        rc = tn_pipeline_finish(pipeline, err);
    tn_pipeline_close(pipeline);
    return rc;
}

static int send_in_transaction(tn_db *tx, void *user, tn_error *err)
{
    (void)user;
    return send_group(tx, "batch", err);
}

static void run(tn_db *db, void *user)
{
    struct told *told = user;
    tn_error err = {0};
    told->copy = pgcut_of_statement(copy_in(db, &err), &err);
    told->group = pgcut_of_statement(send_group(db, "group", &err), &err);
    told->batch =
        pgcut_of_transaction(tn_transact(db, send_in_transaction, NULL, NULL, &err), &err);
    told->streamed = stream(db, INT64_MAX, &err);
    (void)pgcut_went_well(told->streamed, &err);
    (void)pgcut_went_well(stream(db, 30, &err), &err);
    told->copied = copy_out(db, &err);
    (void)pgcut_went_well(told->copied, &err);
}

/* --- what must be so afterwards ---------------------------------------------------------------- */

/* Rows of that kind, as a part of all that there are to be. */
static void expect(const struct pgfault *f, const char *kind, int64_t all,
                   enum pgcut_outcome outcome)
{
    char sql[100];
    snprintf(sql, sizeof sql, "SELECT count(*)::int8 FROM item WHERE kind = '%s'", kind);
    int64_t found = pgfault_number(f->watcher, sql);
    if (found % all != 0)
        fail_msg("%s: %lld rows of %lld", kind, (long long)found, (long long)all);
    pgcut_expect(kind, outcome, found / all);
}

static void check(const struct pgfault *f, const void *user)
{
    const struct told *told = user;
    expect(f, "copy", ROWS, told->copy);
    expect(f, "group", GROUP, told->group);
    expect(f, "batch", GROUP, told->batch);
}

static bool is_well(const void *user)
{
    const struct told *told = user;
    return told->copy == PGCUT_DONE && told->group == PGCUT_DONE && told->batch == PGCUT_DONE &&
           told->streamed == TN_OK && told->copied == TN_OK;
}

static void cut_anywhere_keeps_all_rows_or_none(void **state)
{
    struct pgfault *f = *state;
    struct told told;
    const struct pgcut_program program = {"TRUNCATE item", run, check, is_well, &told, sizeof told};
    pgfault_script(f, "CREATE TABLE item (kind text NOT NULL, text text NOT NULL);"
                      "CREATE TABLE wide (id int8 PRIMARY KEY, text text NOT NULL);"
                      "INSERT INTO wide SELECT i, repeat('x', i::int * 10) "
                      "FROM generate_series(1, 60) AS i");
    pgfault_start_proxy(f);
    pgcut_sweep(f, &program);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PGFAULT_TEST(cut_anywhere_keeps_all_rows_or_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
