/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_PGING_H
#define TN_TEST_PGING_H

/* A PostgreSQL database of the test's own, and a pool of one connection on it. */

#include "check.h"

#include <stdio.h>
#include <stdlib.h>

#include <tenon/tenon.h>

#include "pg.h"

struct pging {
    const char *url;
    tn_db *db;
    tn_arena arena;
    tn_error err;
};

#define assert_status(rc, expected, err)                            \
 do {                                                               \
  int status_ = (rc);                                               \
  if (status_ != (expected))                                        \
   print_error("%s: %s\n", tn_status_name(status_), (err).message); \
  assert_int_equal(status_, (expected));                            \
 } while (0)

static inline tn_db *pging_open(struct pging *p, const char *params)
{
    char url[1400];
    tn_db *db;
    snprintf(url, sizeof url, "%s%s", p->url, params);
    assert_status(tn_db_open(&db, url, NULL, &p->err), TN_OK, p->err);
    return db;
}

static inline int pging_setup(void **state)
{
    struct pging *p = calloc(1, sizeof *p);
    assert_non_null(p);
    p->url = pg_new_database();
    p->db = pging_open(p, "&max_connections=1");
    *state = p;
    return 0;
}

static inline int pging_teardown(void **state)
{
    struct pging *p = *state;
    tn_db_close(p->db);
    tn_arena_fini(&p->arena);
    free(p);
    return 0;
}

#define PG_TEST(test) cmocka_unit_test_setup_teardown(test, pging_setup, pging_teardown)

static inline void pging_script(struct pging *p, const char *sql)
{
    assert_status(tn_exec_script(p->db, sql, &p->err), TN_OK, p->err);
}

static inline int pging_exec(tn_db *db, const char *sql, tn_error *err)
{
    return tn_exec(db, sql, NULL, 0, NULL, err);
}

/* The first value of the first row. */
static inline tn_value pging_value(struct pging *p, tn_db *db, const char *sql)
{
    tn_rows rows = {0, 0, NULL, NULL};
    assert_status(tn_query(&rows, db, sql, NULL, 0, &p->arena, &p->err), TN_OK, p->err);
    assert_int_equal(rows.row_count, 1);
    return *tn_rows_at(&rows, 0, 0);
}

static inline int64_t pging_int(struct pging *p, tn_db *db, const char *sql)
{
    tn_value value = pging_value(p, db, sql);
    assert_int_equal(value.type, TN_INT);
    return value.as.integer;
}

#endif
