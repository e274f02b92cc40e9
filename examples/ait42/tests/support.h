/* SPDX-License-Identifier: MIT */
#ifndef AIT42_TESTS_SUPPORT_H
#define AIT42_TESTS_SUPPORT_H

/* What cmocka.h wants first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <tenon/tenon.h>
#include <tenon/testing.h>

#include "database.h"
#include "migrations.h"
#include "session.h"
#include "workspace.h"

#define T(string)  tn_text_of(string)
#define ID(string) ((struct a42_session_id){T(string)})

/* A call of the data layer that must succeed; on failure its text is shown. `s` is in scope. */
#define assert_done(call)                                                    \
 do {                                                                        \
  enum ait42_error_kind kind_ = (call);                                      \
  if (kind_ != AIT42_NO_ERROR)                                               \
   fail_msg("%s: %s: %s", #call, ait42_error_kind_name(kind_), s->err.text); \
 } while (0)

/* One that must end with this kind, which the struct has, too. */
#define assert_kind(call, wanted)                                                         \
 do {                                                                                     \
  enum ait42_error_kind kind_ = (call);                                                   \
  if (kind_ != (wanted) || s->err.kind != (wanted))                                       \
   fail_msg("%s: %s: %s", #call, ait42_error_kind_name(kind_), kind_ ? s->err.text : ""); \
  assert_true(s->err.text[0] != '\0');                                                    \
 } while (0)

#define assert_contains(text, part)         \
 do {                                       \
  if (!strstr(text, part))                  \
   fail_msg("no '%s' in '%s'", part, text); \
 } while (0)

#define assert_text(text, expected) \
 assert_string_equal((text).data ? (text).data : "NULL", expected)

/* A private database in memory with the program's schema, and a folder to be a workspace: the state
 * of a test. */
struct store {
    tn_db *db;
    tn_arena arena;
    struct ait42_error err;
    char folder[64];
};

static inline int store_setup(void **state)
{
    static struct store store;
    memset(&store, 0, sizeof store);
    strcpy(store.folder, "/tmp/ait42-test.XXXXXX");
    assert_non_null(mkdtemp(store.folder));
    tn_error err = {0};
    if (tn_test_db(&store.db, &a42_migrations, &err) != TN_OK)
        fail_msg("%s", err.message);
    *state = &store;
    return 0;
}

static inline int store_teardown(void **state)
{
    struct store *s = *state;
    tn_error err = {0};
    if (s->db && tn_db_check_unused(s->db, &err) != TN_OK) /* something has been left open */
        fail_msg("%s", err.message);
    tn_db_close(s->db);
    tn_arena_fini(&s->arena);
    return rmdir(s->folder);
}

#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, store_setup, store_teardown)

/* Whether SQL works, for what a test wants of the database and the layer does not do. */
static inline int store_run(struct store *s, const char *sql)
{
    return tn_exec_script(s->db, sql, &s->err.cause);
}

static inline void store_do(struct store *s, const char *sql)
{
    if (store_run(s, sql) != TN_OK)
        fail_msg("%s: %s", sql, s->err.cause.message);
}

/* The one value that a query gives, as text in the arena. */
static inline const char *store_get(struct store *s, const char *sql)
{
    tn_rows rows;
    if (tn_query(&rows, s->db, sql, NULL, 0, &s->arena, &s->err.cause) != TN_OK)
        fail_msg("%s: %s", sql, s->err.cause.message);
    assert_int_equal(rows.row_count, 1);
    const tn_value *value = tn_rows_at(&rows, 0, 0);
    if (value->type == TN_TEXT)
        return value->as.text.data;
    if (value->type == TN_NULL)
        return "NULL";
    assert_int_equal(value->type, TN_INT);
    char *text = tn_arena_alloc(&s->arena, 24);
    assert_non_null(text);
    snprintf(text, 24, "%lld", (long long)value->as.integer);
    return text;
}

/* A running session to begin with, with `count` instances, numbered from 0; `count` up to 4. */
static inline struct ait42_new_session store_session(const char *id, size_t count)
{
    static const tn_text runtimes[] = {{"claude", 6}, {"codex", 5}, {"gemini", 6}, {"local", 5}};
    static struct a42_instance_add_args instances[4];
    for (size_t i = 0; i < count; i++)
        instances[i] = (struct a42_instance_add_args){
            .instance_id = (int64_t)i,
            .worktree_path = T(".worktrees/x"),
            .branch = T("ait42/x"),
            .agent_name = runtimes[i],
            .status = T("running"),
            .tmux_session_id = T("ait42-x"),
            .runtime = runtimes[i],
        };
    return (struct ait42_new_session){
        .row = {.id = ID(id),
                .type = A42_SESSION_TYPE_COMPETITION,
                .task = T("Test task"),
                .status = A42_SESSION_STATUS_RUNNING},
        .runtimes = runtimes,
        .runtime_count = count,
        .instances = instances,
        .instance_count = count,
    };
}

static inline void store_add(struct store *s, const char *id, size_t count)
{
    struct ait42_new_session session = store_session(id, count);
    assert_done(ait42_session_create(s->db, s->folder, &session, &s->err));
}

#endif
