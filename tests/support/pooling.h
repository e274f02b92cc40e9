/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_POOLING_H
#define TN_TEST_POOLING_H

/*
 * A pool on a database with one table, of the test's own: a SQLite file, or with TN_TEST_ENGINE=postgres a
 * PostgreSQL database. Include check.h first.
 *
 * SQLite has one writer; so that PostgreSQL has one, too, its pool is of one connection unless the test
 * says how many. Tests that are about more of SQLite than that are in a list of their own.
 */

#include <stdio.h>

#include <tenon/tenon.h>

#include "pg.h"
#include "scratch.h"

static inline bool pooling_is_postgres(void)
{
    const char *engine = getenv("TN_TEST_ENGINE");
    return engine && strcmp(engine, "postgres") == 0;
}

struct fixture {
    char *folder;
    const char *database; /* its URL; PostgreSQL */
    tn_db *db;
    tn_error err;
};

static inline int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->folder = scratch_make();
    f->database = pooling_is_postgres() ? pg_new_database() : NULL;
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

/* The URL of the test's database, with more parameters: "&name=value". */
static inline const char *url_of(const struct fixture *f, const char *params)
{
    static char url[PATH_MAX + 1200];
    if (f->database)
        snprintf(url, sizeof url, "%s%s%s", f->database, params,
                 strstr(params, "max_connections=") ? "" : "&max_connections=1");
    else
        snprintf(url, sizeof url, "sqlite:%s/pool.db?mode=rwc%s", f->folder, params);
    return url;
}

static inline void open_db(struct fixture *f, const char *params)
{
    int rc = tn_db_open(&f->db, url_of(f, params), NULL, &f->err);
    if (rc != TN_OK)
        print_error("%s\n", f->err.message);
    assert_ok(rc);
    assert_ok(tn_exec_script(f->db,
                             "CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, n BIGINT);"
                             "INSERT INTO t VALUES (1, 0) ON CONFLICT DO NOTHING",
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
