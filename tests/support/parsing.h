/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_PARSING_H
#define TN_TEST_PARSING_H

/* One statement parsed for a test, and what the engine says of it. Include check.h first. */

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "ast_sql.h"

struct parsing {
    tn_arena arena;
    struct tn__sql sql;
    const struct tn__ast_stmt *stmt;
    const struct tn__parse_fault *faults;
    int rc;
};

static inline void parsing_begin(struct parsing *parsing, const char *text)
{
    memset(parsing, 0, sizeof *parsing);
    assert_ok(tn__sql_scan(&parsing->sql, tn_text_of(text), &parsing->arena));
    parsing->rc = tn__sql_parse(&parsing->stmt, &parsing->faults, &parsing->sql, &parsing->arena);
}

static inline void parsing_end(struct parsing *parsing)
{
    tn_arena_fini(&parsing->arena);
}

/* It must parse. */
static inline const struct tn__ast_stmt *parsing_tree(struct parsing *parsing, const char *text)
{
    parsing_begin(parsing, text);
    if (parsing->rc != TN_OK)
        fail_msg("%s: %s", text, parsing->faults ? parsing->faults->message : "no memory");
    return parsing->stmt;
}

/* The first result expression of SELECT …. */
static inline const struct tn__ast_expr *parsing_expr(struct parsing *parsing, const char *text)
{
    return parsing_tree(parsing, text)->select->first->items.first->expr;
}

static inline bool parsing_is_syntax(const char *message)
{
    const char *end = strstr(message, "\": syntax error");
    return (strncmp(message, "near \"", 6) == 0 && end) ||
           strcmp(message, "incomplete input") == 0 ||
           strncmp(message, "unrecognized token: \"", 21) == 0 ||
           strncmp(message, "syntax error after column name", 30) == 0;
}

#endif
