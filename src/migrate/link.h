/* SPDX-License-Identifier: MIT */
#ifndef TN_MIGRATE_LINK_H
#define TN_MIGRATE_LINK_H

#include <tenon/conn.h>

#include "driver/driver.h"

/*
 * A connection as the runner drives it: statement by statement through the driver table, with no
 * bookkeeping of transactions above, because a migration may begin and end them itself. `err` is
 * never NULL.
 */
struct tn__engine;
struct tn__pg_guard;

struct tn__link {
    tn_conn *conn;
    const struct tn__driver *driver;
    struct tn__driver_conn *native;
    const struct tn__engine *engine;
    const char *const *sql;      /* by enum tn__migrate_sql, once engine->open() has been called */
    struct tn__pg_guard *guard;  /* of PostgreSQL's engine */
    tn_db *direct;               /* opened for this run, past a pooler; NULL: the caller's it is */
    const struct tn__url *named; /* the caller's, whatever the way there */
};

/* TN_EMISUSE if a transaction is open on the connection that the pool gives. */
TN_NODISCARD int tn__link_open(struct tn__link *link, tn_db *db, enum tn_access access,
                               tn_error *err);
/* Rolls back what is open. A link that was never opened (zero) is left alone. */
void tn__link_close(struct tn__link *link);

/* Prepare one statement and step it to its end. */
TN_NODISCARD int tn__link_run(struct tn__link *link, tn_text sql, tn_error *err);
TN_NODISCARD int tn__link_exec(struct tn__link *link, const char *sql, tn_error *err);
/* The first column of the first row, as a number or as text of the arena (empty: no row or NULL). */
TN_NODISCARD int tn__link_int(struct tn__link *link, const char *sql, int64_t *out, tn_error *err);
TN_NODISCARD int tn__link_text(struct tn__link *link, const char *sql, const char **out,
                               tn_arena *arena, tn_error *err);

/* All columns of the first row, each as text of the arena (empty: NULL). TN_OK; TN_NONE: no row. */
TN_NODISCARD int tn__link_row(struct tn__link *link, const char *sql, const char **out, int count,
                              tn_arena *arena, tn_error *err);

/* A statement that is used again: prepared into *stmt if that is NULL, and bound. */
TN_NODISCARD int tn__link_ready(struct tn__link *link, struct tn__driver_stmt **stmt,
                                const char *sql, const tn_value *params, int count, tn_error *err);
/* As tn__link_ready, stepped to its end and reset. */
TN_NODISCARD int tn__link_again(struct tn__link *link, struct tn__driver_stmt **stmt,
                                const char *sql, const tn_value *params, int count, tn_error *err);

/* The connection is not fit for another user: the pool closes it. */
void tn__link_spoil(struct tn__link *link);

bool tn__link_in_transaction(const struct tn__link *link);

#endif
