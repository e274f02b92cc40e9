/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_DRIVING_H
#define TN_TEST_DRIVING_H

/* Connections through the table of the SQLite driver, in a folder of the test's own. Include check.h
 * first. */

#include <sqlite3.h>
#include <stdio.h>

#include <tenon/tenon.h>

#include "driver/driver.h"
#include "scratch.h"

/* SQLite behind the driver's table, and how a URL becomes a connection. */

static const struct tn__driver *const driver = &tn__driver_sqlite;

struct fixture {
    char *folder;
    tn_arena arena;
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
    scratch_remove(f->folder);
    free(f->folder);
    tn_arena_fini(&f->arena);
    free(f);
    return 0;
}

static inline const char *url_of(const struct fixture *f, const char *name, const char *params)
{
    static char url[PATH_MAX + 200];
    snprintf(url, sizeof url, "sqlite:%s/%s%s", f->folder, name, params);
    return url;
}

static inline int open_url(struct tn__driver_conn **out, struct fixture *f, const char *url,
                           enum tn_access access, bool create)
{
    struct tn__url parsed;
    int rc = tn__url_parse(&parsed, url, &f->arena, &f->err);
    if (rc != TN_OK)
        return rc;
    struct tn__driver_open how = {.url = &parsed, .access = access, .create = create};
    return driver->open(out, &how, &f->err);
}

static inline void assert_open(struct tn__driver_conn **out, struct fixture *f, const char *url,
                               enum tn_access access, bool create)
{
    int rc = open_url(out, f, url, access, create);
    if (rc != TN_OK)
        print_error("%s\n", f->err.message);
    assert_ok(rc);
}

static inline void run(struct fixture *f, struct tn__driver_conn *conn, const char *sql)
{
    struct tn__driver_stmt *stmt;
    int rc = driver->prepare(&stmt, conn, sql, strlen(sql), false, &f->err);
    if (rc != TN_OK)
        print_error("%s: %s\n", sql, f->err.message);
    assert_ok(rc);
    while ((rc = driver->step(stmt, &f->err)) == TN_ROW)
        ;
    assert_int_equal(rc, TN_DONE);
    driver->finalize(stmt);
}

/* The first value of a statement as text. */
static inline const char *value_of(struct fixture *f, struct tn__driver_conn *conn, const char *sql)
{
    struct tn__driver_stmt *stmt;
    assert_ok(driver->prepare(&stmt, conn, sql, strlen(sql), false, &f->err));
    assert_int_equal(driver->step(stmt, &f->err), TN_ROW);
    const char *text = (const char *)sqlite3_column_text(driver->native_stmt(stmt), 0);
    const char *copy = tn_arena_copy(&f->arena, text, strlen(text));
    driver->finalize(stmt);
    assert_non_null(copy);
    return copy;
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

#endif
