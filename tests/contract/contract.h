/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_CONTRACT_H
#define TN_TEST_CONTRACT_H

/*
 * What every engine must do, by the public API alone. Each test has a database of its own; SQL keeps
 * to what engines share, parameters are written $1, $2, … in the order of their numbers.
 */

#include "check.h"

#include <stdio.h>

#include <tenon/tenon.h>

#include "pg.h"
#include "scratch.h"

/* Which engine it is asked of: TN_TEST_ENGINE; sqlite where that is not set. */
static inline bool contract_is_postgres(void)
{
    const char *engine = getenv("TN_TEST_ENGINE");
    return engine && strcmp(engine, "postgres") == 0;
}

struct contract {
    char *folder;
    const char *database; /* its URL; PostgreSQL */
    tn_db *db;
    tn_arena arena;
    tn_error err;
};

/* The URL of the test's database, with more parameters: "&name=value". */
static inline const char *contract_url(const struct contract *c, const char *params)
{
    static char url[PATH_MAX + 400];
    if (c->database) {
        snprintf(url, sizeof url, "%s%s", c->database, params);
        return url;
    }
    snprintf(url, sizeof url, "sqlite:%s/contract.db?mode=rwc%s", c->folder, params);
    return url;
}

static inline int contract_setup(void **state)
{
    struct contract *c = calloc(1, sizeof *c);
    assert_non_null(c);
    c->folder = scratch_make();
    c->database = contract_is_postgres() ? pg_new_database() : NULL;
    int rc = tn_db_open(&c->db, contract_url(c, ""), NULL, &c->err);
    if (rc != TN_OK)
        print_error("%s\n", c->err.message);
    assert_ok(rc);
    *state = c;
    return 0;
}

static inline int contract_teardown(void **state)
{
    struct contract *c = *state;
    tn_db_close(c->db);
    tn_arena_fini(&c->arena);
    scratch_remove(c->folder);
    free(c->folder);
    free(c);
    return 0;
}

#define CONTRACT_TEST(test) cmocka_unit_test_setup_teardown(test, contract_setup, contract_teardown)

/* The status, with the message shown where it is not the expected one. */
#define assert_status(rc, expected, err)                            \
 do {                                                               \
  int status_ = (rc);                                               \
  if (status_ != (expected))                                        \
   print_error("%s: %s\n", tn_status_name(status_), (err).message); \
  assert_int_equal(status_, (expected));                            \
 } while (0)

/* A script that must succeed. */
static inline void contract_script(struct contract *c, const char *sql)
{
    assert_status(tn_exec_script(c->db, sql, &c->err), TN_OK, c->err);
}

/* The first value of the first row, which must be a number. */
static inline int64_t contract_int(struct contract *c, tn_db *db, const char *sql)
{
    tn_rows rows = {0, 0, NULL, NULL};
    assert_status(tn_query(&rows, db, sql, NULL, 0, &c->arena, &c->err), TN_OK, c->err);
    assert_int_equal(rows.row_count, 1);
    assert_int_equal(tn_rows_at(&rows, 0, 0)->type, TN_INT);
    return tn_rows_at(&rows, 0, 0)->as.integer;
}

static inline int contract_exec(tn_db *db, const char *sql, tn_error *err)
{
    return tn_exec(db, sql, NULL, 0, NULL, err);
}

#endif
