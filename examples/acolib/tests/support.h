/* SPDX-License-Identifier: MIT */
#ifndef ACOLIB_TESTS_SUPPORT_H
#define ACOLIB_TESTS_SUPPORT_H

/* What cmocka.h wants first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include <tenon/tenon.h>

#include "database.h"

/* A call that must succeed; on failure its message is shown. `err` is in scope. */
#define assert_ok(call)                                              \
 do {                                                                \
  int rc_ = (call);                                                  \
  if (rc_ < 0)                                                       \
   fail_msg("%s: %s (%s)", #call, err.message, tn_status_name(rc_)); \
  assert_int_equal(rc_, TN_OK);                                      \
 } while (0)

#define assert_text(text, expected) \
 assert_string_equal((text).data ? (text).data : "NULL", expected)

#define T(string) tn_text_of(string)

/* A database in memory with the program's schema, and an arena: the state of a test. */
struct store {
    tn_db *db;
    tn_arena arena;
};

static inline int store_setup(void **state)
{
    static struct store store;
    tn_error err = {0};
    memset(&store, 0, sizeof store);
    assert_ok(tn_db_open(&store.db, ":memory:", NULL, &err));
    assert_ok(database_migrate(store.db, &err));
    *state = &store;
    return 0;
}

static inline int store_teardown(void **state)
{
    struct store *store = *state;
    tn_db_close(store->db);
    tn_arena_fini(&store->arena);
    return 0;
}

#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, store_setup, store_teardown)

/* Put a row's clock back, so that a trigger's or a clean-up's work can be seen without waiting. */
static inline void store_set(struct store *store, const char *sql)
{
    tn_error err = {0};
    assert_ok(tn_exec_script(store->db, sql, &err));
}

/* The one value that a query gives, as text in the arena. */
static inline const char *store_get(struct store *store, const char *sql)
{
    tn_error err = {0};
    tn_rows rows;
    assert_ok(tn_query(&rows, store->db, sql, NULL, 0, &store->arena, &err));
    assert_int_equal(rows.row_count, 1);
    const tn_value *value = tn_rows_at(&rows, 0, 0);
    if (value->type == TN_NULL)
        return "NULL";
    if (value->type == TN_INT) {
        char *text = tn_arena_alloc(&store->arena, 24);
        assert_non_null(text);
        snprintf(text, 24, "%lld", (long long)value->as.integer);
        return text;
    }
    assert_int_equal(value->type, TN_TEXT);
    return value->as.text.data;
}

#endif
