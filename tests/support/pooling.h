/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_POOLING_H
#define TN_TEST_POOLING_H

/* A pool on a file with one table, in a folder of the test's own. Include check.h first. */

#include <stdio.h>

#include <tenon/tenon.h>

#include "scratch.h"

struct fixture {
    char *folder;
    tn_db *db;
    tn_error err;
};

static inline int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->folder = scratch_make();
    *state = f;
    return 0;
}

static inline int teardown(void **state)
{
    struct fixture *f = *state;
    tn_db_close(f->db);
    scratch_remove(f->folder);
    free(f->folder);
    free(f);
    return 0;
}

static inline void open_db(struct fixture *f, const char *params)
{
    char url[PATH_MAX + 200];
    snprintf(url, sizeof url, "sqlite:%s/pool.db?mode=rwc%s", f->folder, params);
    int rc = tn_db_open(&f->db, url, NULL, &f->err);
    if (rc != TN_OK)
        print_error("%s\n", f->err.message);
    assert_ok(rc);
    assert_ok(tn_exec_script(f->db,
                             "CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, n INTEGER);"
                             "INSERT OR IGNORE INTO t VALUES (1, 0)",
                             NULL));
}

static inline int64_t number(tn_db *db, const char *sql)
{
    tn_arena arena = TN_ARENA_INIT;
    tn_rows rows;
    tn_error err = {0};
    int rc = tn_query(&rows, db, sql, NULL, 0, &arena, &err);
    if (rc != TN_OK)
        print_error("%s\n", err.message);
    assert_ok(rc);
    int64_t value = tn_rows_at(&rows, 0, 0)->as.integer;
    tn_arena_fini(&arena);
    return value;
}

static inline int increment(tn_db *tx, void *user, tn_error *err)
{
    (void)user;
    tn_arena arena = TN_ARENA_INIT;
    tn_rows rows;
    int rc = tn_query(&rows, tx, "SELECT n FROM t WHERE id = 1", NULL, 0, &arena, err);
    if (rc == TN_OK) {
        tn_value next = tn_value_int(tn_rows_at(&rows, 0, 0)->as.integer + 1);
        rc = tn_exec(tx, "UPDATE t SET n = $1 WHERE id = 1", &next, 1, NULL, err);
    }
    tn_arena_fini(&arena);
    return rc;
}

static inline void assert_says(const tn_error *err, const char *word)
{
    if (!strstr(err->message, word))
        fail_msg("'%s' does not say '%s'", err->message, word);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

#endif
