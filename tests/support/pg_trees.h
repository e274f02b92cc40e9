/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_PG_TREES_H
#define TN_TEST_PG_TREES_H

/*
 * Statements of a PostgreSQL database as the server has analysed them, and what src/infer makes of
 * it. Include check.h first.
 */

#include <stdlib.h>

#include <tenon/tenon.h>

#include "driver/driver.h"
#include "infer/postgres/lower.h"
#include "pg.h"
#include "sql/postgres/node.h"
#include "util/url.h"

struct trees {
    const char *url;
    tn_db *db;
    struct tn__driver_conn *conn;   /* that prints trees */
    struct tn__driver_conn *worker; /* that runs statements */
    tn_arena arena;                 /* of the catalog and the connection */
    tn_arena answer;
    char *tree; /* of the last statement; NULL: none came */
    struct tn__catalog catalog;
    tn_error err;
};

static inline void trees_on_notice(void *user, const struct tn__driver_notice *notice)
{
    struct trees *t = user;
    /* Before it the driver may forget statements, and behind it ask for the names of types. */
    bool is_tree = strcmp(notice->message, "rewritten parse tree:") == 0 && notice->detail;
    if (!is_tree || t->tree || !strstr(notice->detail, ":utilityStmt <>"))
        return;
    tn_arena arena = TN_ARENA_INIT;
    tn_text tree;
    assert_ok(tn__pg_tree_text(&tree, tn_text_of(notice->detail), &arena));
    t->tree = strdup(tree.data);
    assert_non_null(t->tree);
    tn_arena_fini(&arena);
}

static inline void trees_run(struct trees *t, const char *script)
{
    int rc = tn_exec_script(t->db, script, &t->err);
    if (rc != TN_OK)
        print_error("%s\n", t->err.message);
    assert_ok(rc);
}

static inline bool trees_run_on(struct trees *t, struct tn__driver_conn *conn, const char *sql)
{
    struct tn__driver_stmt *stmt = NULL;
    int rc = tn__driver_postgres.prepare(&stmt, conn, sql, strlen(sql), false, &t->err);
    while (rc == TN_OK || rc == TN_ROW)
        rc = tn__driver_postgres.step(stmt, &t->err);
    tn__driver_postgres.finalize(stmt);
    return rc == TN_DONE;
}

/* A statement on the connection that runs them; false: t->err says why not. */
static inline bool trees_exec(struct trees *t, const char *sql)
{
    return trees_run_on(t, t->worker, sql);
}

/* The schema of a script, in a database of its own. */
static inline void trees_open(struct trees *t, const char *script)
{
    static const struct tn__driver_observer observer = {.notice = trees_on_notice};
    struct tn__url parsed;
    t->url = pg_new_database();
    assert_ok(tn_db_open(&t->db, t->url, NULL, &t->err));
    trees_run(t, script);
    assert_ok(tn__catalog_read(&t->catalog, t->db, &t->arena, &t->err));
    assert_ok(tn__url_parse(&parsed, t->url, &t->arena, &t->err));
    struct tn__driver_open how = {.url = &parsed, .access = TN_WRITE};
    assert_ok(tn__driver_postgres.open(&t->conn, &how, &t->err));
    assert_ok(tn__driver_postgres.open(&t->worker, &how, &t->err));
    assert_true(trees_run_on(t, t->conn,
                             "SELECT set_config('client_min_messages', 'log', false),"
                             " set_config('debug_pretty_print', 'off', false),"
                             " set_config('debug_print_rewritten', 'on', false)"));
    assert_true(trees_exec(t, "SELECT set_config('statement_timeout', '5s', false)"));
    tn__driver_postgres.observe(t->conn, true, false, &observer, t);
}

/* What the server makes of a statement; false: it does not take it, and t->err says why. */
static inline bool trees_parse(struct trees *t, const char *sql, uint32_t *out_params)
{
    struct tn__driver_stmt *stmt = NULL;
    free(t->tree);
    t->tree = NULL;
    int rc = tn__driver_postgres.prepare(&stmt, t->conn, sql, strlen(sql), true, &t->err);
    if (rc == TN_OK)
        rc = tn__driver_postgres.ready(stmt, &t->err);
    *out_params = rc == TN_OK ? (uint32_t)tn__driver_postgres.param_count(stmt) : 0;
    tn__driver_postgres.finalize(stmt);
    return rc == TN_OK;
}

/* Whether the server knows a statement; of those that all know since 15, it has to. `since`: another version that
 * brought it. */
static inline bool trees_is_known(struct trees *t, const char *sql, int since)
{
    uint32_t ignored;
    int version = t->catalog.server->version / 10000;
    if (since > 0)
        return version >= since;
    return version >= 15 || trees_parse(t, sql, &ignored);
}

/* The answer lives until the next one. */
static inline struct tn__analysed trees_analyse(struct trees *t, const char *sql)
{
    struct tn__analysed analysed = {0};
    struct tn__analyse_options options = {.catalog = &t->catalog};
    struct tn__pg_statement stmt = {.sql = tn_text_of(sql)};
    if (!trees_parse(t, sql, &stmt.param_count))
        print_error("%s\n%s\n", sql, t->err.message);
    assert_non_null(t->tree);
    tn_arena_reset(&t->answer);
    assert_ok(
        tn__analyse_postgres(&analysed, tn_text_of(t->tree), &stmt, NULL, &options, &t->answer));
    return analysed;
}

static inline void trees_close(struct trees *t)
{
    tn__driver_postgres.close(t->conn);
    tn__driver_postgres.close(t->worker);
    tn_db_close(t->db);
    tn_arena_fini(&t->arena);
    tn_arena_fini(&t->answer);
    free(t->tree);
}

#endif
