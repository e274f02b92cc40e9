/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_PIPING_H
#define TN_TEST_PIPING_H

/* A database on a server with a table or two, and pipelines on it. Include check.h first. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tenon/tenon.h>

#include "pg.h"

struct fixture {
    const char *url;
    tn_db *db;
    tn_error err;
};

static inline int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->url = pg_new_database();
    assert_ok(tn_db_open(&f->db, f->url, NULL, &f->err));
    assert_ok(tn_exec_script(f->db,
                             "CREATE TABLE t (id int PRIMARY KEY, name text CHECK (name <> 'bad'));"
                             "CREATE TABLE d (id int UNIQUE DEFERRABLE INITIALLY DEFERRED);",
                             &f->err));
    *state = f;
    return 0;
}

static inline int teardown(void **state)
{
    struct fixture *f = *state;
    tn_db_close(f->db);
    free(f);
    return 0;
}

static inline tn_pipeline *open_on(struct fixture *f, tn_db *db, const tn_pipeline_options *options)
{
    tn_pipeline *p = NULL;
    if (tn_pipeline_open(&p, db, options, &f->err) != TN_OK)
        fail_msg("no pipeline: %s", f->err.message);
    return p;
}

static inline void send_int(tn_pipeline *p, const char *sql, int64_t number, void *user)
{
    tn_error err = {0};
    tn_value value = tn_value_int(number);
    if (tn_pipeline_send(p, sql, &value, 1, user, &err) != TN_OK)
        fail_msg("not sent: %s", err.message);
}

static inline int64_t count_of(struct fixture *f, const char *table)
{
    tn_arena arena = TN_ARENA_INIT;
    tn_rows rows;
    char sql[64];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", table);
    assert_ok(tn_query(&rows, f->db, sql, NULL, 0, &arena, &f->err));
    int64_t count = tn_rows_at(&rows, 0, 0)->as.integer;
    tn_arena_fini(&arena);
    return count;
}

static const char insert[] TN_UNUSED
= "INSERT INTO t (id, name) VALUES (:id, 'x')";

#define ON(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

#endif
