/* SPDX-License-Identifier: MIT */
#ifndef TN_CORE_GEN_H
#define TN_CORE_GEN_H

#include <tenon/gen_postgres.h>

#include "core/opened.h"

/* Private to this folder: what the files behind tenon/gen.h share. */

/* A use on a view of a connection. Of one in use tn_gen_use.over is its first member. */
struct tn__gen_open {
    struct tn__opened opened;
    struct tn__driver_stmt *stmt;
    const struct tn_gen_query *query;
};

/* What a use has beside its statement goes back: its place on the view, or the connection. */
void tn__gen_leave(const struct tn_gen_use *use, tn_conn *conn);

/* A statement without a slot is not kept, and its connection forgets its name. (gen_variant.c) */
void tn__gen_end_passing(tn_conn *conn, struct tn__driver_stmt *stmt,
                         const struct tn_gen_query *query);

/* "query 'name': " in front of the message, and the name as a member. `err` is not NULL. */
void tn__gen_add_name(const struct tn_gen_query *query, tn_error *err);

/* The query's number, or TN_GEN_NO_SLOT; 0: it has none yet. */
static inline uint32_t tn__gen_slot(const struct tn_gen_query *query)
{
    return __atomic_load_n(&query->slot, __ATOMIC_RELAXED);
}

/* What the driver has failed with is told in `err`: add the query's name, and "item N: " behind it if there is
 * an item; tell those who watch. Returns the status. */
int tn__gen_failed(const struct tn_gen_use *use, int status, const size_t *item, tn_error *err);

/* What a query on PostgreSQL was generated for; NULL: it is one for SQLite. */
static inline const struct tn_pg_types *tn__gen_types(const struct tn_gen_query *query)
{
    return query->abi & TN_GEN_POSTGRES ? &((const struct tn_pg_query *)query)->types : NULL;
}

/* What is said of parameters that were refused. Returns the status. */
int tn__gen_pg_fail_param(const struct tn_gen_use *use, const struct tn_pg_params *params,
                          tn_error *err);

/* The name of its parameter, from 0. */
const char *tn__gen_param_name(const struct tn_gen_query *query, int index);

/* tn_gen_fail(), with "item N: " behind the name if there is an item. */
int tn__gen_fail_at(const struct tn_gen_use *use, int native, const size_t *item, tn_error *err);

#endif
