/* SPDX-License-Identifier: MIT */
#ifndef WITNESS_LIST_H
#define WITNESS_LIST_H

#include <tenon/gen_sqlite.h>

#include "base.h"
#include "sql/statement.h"

/*
 * Lists, `IN (:l[])`, which the engine gets as the checker emits them. A list is drawn as one value: of
 * NULL an empty list is made, of an integer one of two, of another value one of that.
 */

struct value;

struct bound_list {
    struct tn_sqlite_list list;
    tn_value items[2];
};

/* The statement for the engine, whose parameters keep their numbers. */
const char *list_sql(const struct tn__sql *sql, tn_arena *arena);

/* `list` is the statement's until it is reset. */
void list_bind(struct bound_list *list, sqlite3_stmt *stmt, int index, const struct value *value);

#endif
