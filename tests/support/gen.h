/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_GEN_H
#define TN_TEST_GEN_H

/* Queries as a generator would write them, by hand, on tenon/gen_sqlite.h; and a database for them, in a
 * folder of the test's own. Include check.h first. */

#include <stdio.h>

#include <tenon/gen_sqlite.h>
#include <tenon/tenon.h>

#include "scratch.h"

#define QUERY(name, columns, access, text) \
 static struct tn_gen_query name = {#name, text, sizeof(text) - 1, columns, access, TN_GEN_ABI, 0}

struct fixture {
    char *folder;
    tn_db *db;
    tn_arena arena;
    tn_error err;
};

/* For the setup() of a test; `params` are further ones of the URL. */
static inline int open_fixture(void **state, const char *params, const char *schema)
{
    struct fixture *f = calloc(1, sizeof *f);
    char url[PATH_MAX + 200];
    assert_non_null(f);
    f->folder = scratch_make();
    snprintf(url, sizeof url, "sqlite:%s/gen.db?mode=rwc%s", f->folder, params);
    assert_ok(tn_db_open(&f->db, url, NULL, NULL));
    assert_ok(tn_exec_script(f->db, schema, NULL));
    *state = f;
    return 0;
}

static inline int teardown(void **state)
{
    struct fixture *f = *state;
    tn_db_close(f->db);
    tn_arena_fini(&f->arena);
    scratch_remove(f->folder);
    free(f->folder);
    free(f);
    return 0;
}
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
