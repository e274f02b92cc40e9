/* SPDX-License-Identifier: MIT */
#ifndef TN_CORE_CONN_H
#define TN_CORE_CONN_H

#include <stdatomic.h>

#include <tenon/conn.h>
#include <tenon/gen.h>

#include "driver/driver.h"

struct tn__pool;

/*
 * A tn_db is a pool (`conn` is NULL) or a view of one, pinned to a connection. A view whose `depth`
 * is not 0 is a transaction (1) or a savepoint in it (2, …).
 */
struct tn_db {
    struct tn__pool *pool;
    tn_conn *conn;
    tn_db *outer; /* the transaction around this one */
    unsigned depth;
    bool owns_conn; /* began on the pool: gives the connection back when it ends */
};

/* A generated query's statement on one connection. */
struct tn__slot {
    struct tn__driver_stmt *stmt;
    void *native; /* of stmt, for the generated code; NULL: not prepared here yet */
    bool is_used;
};

/* A second use of a generated query while the first still reads: prepared for the occasion. */
struct tn__extra {
    struct tn__driver_stmt *stmt;
    void *native;
    struct tn__extra *next;
};

struct tn_conn {
    const struct tn__driver *driver;
    struct tn__driver_conn *native; /* NULL: not opened yet */
    struct tn__pool *pool;
    enum tn_access access;

    /* Owned by the thread that has it; the pool's waiting threads read the last two. */
    atomic_int is_busy;
    atomic_uintptr_t owner;       /* pthread_self() */
    _Atomic(const char *) holder; /* query or statement, static or the pool's; NULL: unknown */

    struct tn__slot *slots; /* by the query's number */
    uint32_t slot_count;
    struct tn__extra *extras;

    tn_stmt *stmts; /* the dynamic interface's cache, newest first */
    unsigned stmt_count;

    tn_db view;       /* tn_conn_db() */
    tn_db *tx;        /* innermost open transaction or savepoint */
    unsigned borrows; /* tn_conn_acquire() through a view */
};

/* Open the driver's connection of a slot that has been taken, with its on_open. */
TN_NODISCARD int tn__conn_open(tn_conn *conn, const struct tn__driver_open *how, tn_error *err);
/* Close it, with all its statements; the slot can be opened again. */
void tn__conn_close(tn_conn *conn);

/* The pool's part, in src/pool. */

/* Borrow a connection: the view's own, or one of the pool. */
TN_NODISCARD int tn__db_acquire(tn_conn **out, tn_db *db, enum tn_access access, tn_error *err);
/* Give it back to the pool; of a view: nothing. Rolls nothing back. */
void tn__db_release(tn_db *db, tn_conn *conn);

/* What is known of a statement's text: 1 writes, 0 only reads, -1 not seen yet. *name is a copy of
 * the text that lives as long as the pool, or NULL. */
int tn__pool_verdict(struct tn__pool *pool, const char *sql, const char **name);
/* Remember it. Forgetting is harmless, so there is no status. */
void tn__pool_learn(struct tn__pool *pool, const char *sql, bool writes);
unsigned tn__pool_cache_size(const struct tn__pool *pool);

/* stmt.c: end every cached statement. */
void tn__conn_drop_stmts(tn_conn *conn);

#endif
