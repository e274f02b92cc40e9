/* SPDX-License-Identifier: MIT */
#ifndef TN_CORE_STMT_H
#define TN_CORE_STMT_H

#include "core/kind.h"
#include "core/opened.h"

/* A statement of the dynamic interface; its text is kept, as the key of the cache. */
struct tn_stmt {
    struct tn__opened opened; /* on a view: not where a pool has lent the connection for it */
    struct tn__driver_stmt *handle;
    const tn_value *const *row; /* where the engine has the row's values, if it has */
    tn_conn *conn;
    char *sql;
    size_t sql_size;
    int param_count;
    int unbound; /* the parameter that could not be bound last; 0: none */
    int column_count;
    int64_t affected;
    bool is_readonly;
    bool is_change;  /* INSERT, UPDATE, DELETE: has a number of affected rows */
    bool is_cached;  /* goes back to the cache */
    bool is_stream;  /* rows come one by one */
    bool is_reading; /* stepped, and not at its end */
    bool has_row;
    struct tn__cache_links links;
};

/* Prepare on a connection that is held, from its cache if it is there. The statement does not give the
 * connection back: tn__stmt_end() is its end. */
TN_NODISCARD int tn__stmt_begin(tn_stmt **out, tn_conn *conn, tn_text sql, tn_error *err);
/* Back to the cache, or freed. The connection stays in the hands that it is in. */
void tn__stmt_end(tn_stmt *stmt);
/* A value for each parameter: as many as there are. */
TN_NODISCARD int tn__stmt_bind_all(tn_stmt *stmt, const tn_value *params, size_t count,
                                   tn_error *err);
/* Run it, and collect its rows. */
TN_NODISCARD int tn__stmt_collect(tn_rows *out, tn_stmt *stmt, tn_arena *arena, tn_error *err);
/* LISTEN on a connection that is lent for no more than that: TN_EMISUSE. */
int tn__fail_listen(tn_error *err);
/* For good. NULL allowed. */
void tn__stmt_free(tn_stmt *stmt);

#endif
