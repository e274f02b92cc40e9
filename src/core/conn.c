/* SPDX-License-Identifier: MIT */
#include "core/conn.h"

#include "util/alloc.h"

/* A connection's life, apart from who may use it, which is the pool's business. */

int tn__conn_open(tn_conn *conn, const struct tn__driver_open *how, tn_error *err)
{
    struct tn__driver_conn *native = NULL;
    int status = conn->driver->open(&native, how, err);
    if (status != TN_OK)
        return status;
    conn->native = native;
    conn->access = how->access;
    conn->view = (tn_db){.pool = conn->pool, .conn = conn};
    conn->tx = NULL;
    conn->borrows = 0;
    return TN_OK;
}

void tn__conn_close(tn_conn *conn)
{
    tn__conn_drop_stmts(conn);
    for (uint32_t i = 0; i < conn->slot_count; i++)
        if (conn->slots[i].stmt)
            conn->driver->finalize(conn->slots[i].stmt);
    tn__free(conn->slots);
    conn->slots = NULL;
    conn->slot_count = 0;
    while (conn->extras) {
        struct tn__extra *extra = conn->extras;
        conn->extras = extra->next;
        conn->driver->finalize(extra->stmt);
        tn__free(extra);
    }
    if (conn->native)
        conn->driver->close(conn->native);
    conn->native = NULL;
}

enum tn_access tn_conn_access(const tn_conn *conn)
{
    return conn->access;
}

bool tn_conn_in_transaction(const tn_conn *conn)
{
    return conn->driver->in_transaction(conn->native);
}

int64_t tn_conn_last_rowid(const tn_conn *conn)
{
    return conn->driver->last_rowid(conn->native);
}

tn_db *tn_conn_db(tn_conn *conn)
{
    return &conn->view;
}

struct sqlite3 *tn_conn_sqlite3(tn_conn *conn)
{
    return conn->driver->engine == TN__URL_SQLITE ? conn->driver->native_conn(conn->native) : NULL;
}

int tn_conn_acquire(tn_conn **out, tn_db *db, enum tn_access access, tn_error *err)
{
    tn_conn *conn = NULL;
    if (!out || !db)
        return tn_error_set(err, TN_EINVAL, "no database to acquire a connection of");
    int status = tn__db_acquire(&conn, db, access, err);
    if (status != TN_OK)
        return status;
    if (db->conn)
        conn->borrows++;
    *out = conn;
    return TN_OK;
}

void tn_conn_release(tn_conn *conn)
{
    if (!conn)
        return;
    if (conn->borrows > 0) { /* the view's own: it stays with the view */
        conn->borrows--;
        return;
    }
    if (conn->driver->in_transaction(conn->native))
        conn->driver->rollback(conn->native);
    conn->tx = NULL;
    tn_db pool = {.pool = conn->pool};
    tn__db_release(&pool, conn);
}
