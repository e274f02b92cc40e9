/* SPDX-License-Identifier: MIT */
#ifndef TN_DRIVER_POSTGRES_COPY_H
#define TN_DRIVER_POSTGRES_COPY_H

#include "driver/postgres/copy_read.h"
#include "driver/postgres/postgres.h"

/* Private to this folder: rows on their way in or out. */
struct tn__driver_copy {
    struct tn__pg_task task;
    struct tn__driver_conn *conn; /* NULL: it is over, and the connection free */
    struct tn__driver_stmt *stmt; /* described, never run: it knows the columns */
    struct tn__buf sql;
    bool is_seen;
    int status; /* why it has failed */
    tn_error why;
    int64_t rows;
    /* In: */
    struct tn__buf buf;
    /* Out: */
    struct tn__pg_copy_reader reader;
    struct tn__pg_copy_field *fields;
    const struct tn__pg_type **types;
    tn_value *values;
    char *piece; /* libpq's */
    tn_arena scratch;
    bool is_read; /* to its end */
};

/* --- copy.c: what both have ---------------------------------------------------------------------- */

/* Describe a query; *out is set on success only. `name`: of what is copied, for errors. */
TN_NODISCARD int tn__pg_copy_make(struct tn__driver_copy **out, struct tn__driver_conn *conn,
                                  tn_text query, tn_error *err);
/* Run `copy->sql`; TN_NONE: it has other columns than the query. The connection is the copy's then. `expected`: PGRES_COPY_IN or PGRES_COPY_OUT. */
TN_NODISCARD int tn__pg_copy_start(struct tn__driver_copy *copy, ExecStatusType expected,
                                   void (*stop)(void *self), tn_error *err);
/* The results behind it, and the connection is free again. */
int tn__pg_copy_finish(struct tn__driver_copy *copy, tn_error *err);
/* Remember why it has failed. Returns the status. */
int tn__pg_copy_fail(struct tn__driver_copy *copy, int status, const tn_error *err);
void tn__pg_copy_free(struct tn__driver_copy *copy);

/* --- copy_in.c, copy_out.c: as in struct tn__driver_wire ----------------------------------------- */

TN_NODISCARD int tn__pg_copy_in_open(struct tn__driver_copy **out, struct tn__driver_conn *conn,
                                     const char *table, const char *const *columns, size_t count,
                                     tn_error *err);
TN_NODISCARD int tn__pg_copy_in_row(struct tn__driver_copy *copy, const tn_value *values,
                                    size_t count, tn_error *err);
TN_NODISCARD int tn__pg_copy_in_bound(struct tn__driver_copy *copy, struct tn__driver_stmt *stmt,
                                      const struct tn_pg_params *params, tn_error *err);
TN_NODISCARD int tn__pg_copy_in_end(struct tn__driver_copy *copy, bool keeps, int64_t *rows,
                                    tn_error *err);
TN_NODISCARD int tn__pg_copy_out_open(struct tn__driver_copy **out, struct tn__driver_conn *conn,
                                      const char *query, tn_error *err);
TN_NODISCARD int tn__pg_copy_out_next(struct tn__driver_copy *copy, const tn_value **values,
                                      tn_error *err);
size_t tn__pg_copy_out_count(const struct tn__driver_copy *copy);
const char *tn__pg_copy_out_name(const struct tn__driver_copy *copy, size_t column);
void tn__pg_copy_out_end(struct tn__driver_copy *copy);

#endif
