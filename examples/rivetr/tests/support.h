/* SPDX-License-Identifier: MIT */
#ifndef RIVETR_TESTS_SUPPORT_H
#define RIVETR_TESTS_SUPPORT_H

/* What cmocka.h wants first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <tenon/tenon.h>

#include "database.h"

/* A call that must succeed; on failure its message is shown. `s` is in scope. */
#define assert_ok(call)                                                 \
 do {                                                                   \
  int rc_ = (call);                                                     \
  if (rc_ < 0)                                                          \
   fail_msg("%s: %s (%s)", #call, s->err.message, tn_status_name(rc_)); \
  assert_int_equal(rc_, TN_OK);                                         \
 } while (0)

#define T(string) tn_text_of(string)

/* A private database with the program's schema: the state of a test. */
struct store {
    tn_db *db;
    tn_arena arena;
    tn_error err;
};

static inline int store_setup(void **state)
{
    static struct store store;
    struct store *s = &store;
    memset(s, 0, sizeof *s);
    assert_ok(tn_test_db(&s->db, &rv_migrations, &s->err));
    *state = s;
    return 0;
}

static inline int store_teardown(void **state)
{
    struct store *s = *state;
    if (s->db)
        assert_ok(tn_db_check_unused(s->db, &s->err)); /* nothing has been left open */
    tn_db_close(s->db);
    tn_arena_fini(&s->arena);
    return 0;
}

#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, store_setup, store_teardown)

#endif
