/* SPDX-License-Identifier: MIT */
#ifndef COBALT_TESTS_SUPPORT_H
#define COBALT_TESTS_SUPPORT_H

/* What cmocka.h wants first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include <tenon/tenon.h>

#include "account.h"
#include "database.h"
#include "migrations.h"
#include "pg.h"
#include "token.h"

#define T(string) tn_text_of(string)

/* A call that must succeed; on failure its text is shown. `s` is in scope. */
#define assert_done(call)                                                      \
 do {                                                                          \
  int status_ = (call);                                                        \
  if (status_ < 0)                                                             \
   fail_msg("%s: %s: %s", #call, cobalt_status_name(status_), s->err.message); \
 } while (0)

/* One that must end with this status, and say why. */
#define assert_status(call, wanted)                                            \
 do {                                                                          \
  int status_ = (call);                                                        \
  if (status_ != (wanted) || s->err.status != (wanted))                        \
   fail_msg("%s: %s: %s", #call, cobalt_status_name(status_), s->err.message); \
  assert_true(s->err.message[0] != '\0');                                      \
 } while (0)

#define assert_text(text, expected) \
 assert_string_equal((text).data ? (text).data : "NULL", expected)

/* A database of its own with the program's schema: the state of a test. */
struct store {
    tn_db *db;
    const char *url;
    tn_arena arena;
    tn_error err;
};

static inline int store_setup_empty(void **state)
{
    static struct store store;
    memset(&store, 0, sizeof store);
    struct store *s = &store;
    s->url = pg_new_database();
    assert_done(database_open(&s->db, s->url, &s->err));
    *state = s;
    return 0;
}

static inline int store_setup(void **state)
{
    int rc = store_setup_empty(state);
    struct store *s = *state;
    assert_done(database_migrate(s->db, &s->err));
    return rc;
}

static inline int store_teardown(void **state)
{
    struct store *s = *state;
    if (tn_db_check_unused(s->db, &s->err) != TN_OK) /* something has been left open */
        fail_msg("%s", s->err.message);
    tn_db_close(s->db);
    tn_arena_fini(&s->arena);
    return 0;
}

#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, store_setup, store_teardown)
#define EMPTY_TEST(name) cmocka_unit_test_setup_teardown(name, store_setup_empty, store_teardown)

/* SQL that must work, for what a test wants of the database and the layer does not do. */
static inline void store_do(struct store *s, const char *sql)
{
    if (tn_exec_script(s->db, sql, &s->err) != TN_OK)
        fail_msg("%s: %s", sql, s->err.message);
}

/* What psql prints for a query. */
#define assert_query(sql, expected) assert_string_equal(pg_query(s->url, sql), expected)

/* A user `name` with the address name@example.com; his hash is of no password. */
static inline struct account_new store_new(struct store *s, const char *name,
                                           enum cobalt_user_role role)
{
    char email[96];
    tn_text text;
    snprintf(email, sizeof email, "%s@example.com", name);
    assert_done(tn_arena_text(&s->arena, &text, T(email)));
    return (struct account_new){
        .username = T(name), .email = text, .password_hash = T("none"), .role = role};
}

static inline struct cobalt_user store_add(struct store *s, const char *name,
                                           enum cobalt_user_role role)
{
    const struct account_new new_user = store_new(s, name, role);
    struct cobalt_user user;
    assert_done(account_create(&user, s->db, &new_user, &s->arena, &s->err));
    return user;
}

static inline struct cobalt_user store_user(struct store *s, const char *name)
{
    return store_add(s, name, COBALT_USER_ROLE_USER);
}

static inline struct cobalt_user store_admin(struct store *s, const char *name)
{
    return store_add(s, name, COBALT_USER_ROLE_ADMIN);
}

static inline struct secret store_token(struct store *s, const struct cobalt_user *user)
{
    struct secret token;
    assert_done(token_issue(&token, s->db, user->id, &s->err));
    return token;
}

static const tn_opt_timestamp whenever = {false, {0}};

#endif
