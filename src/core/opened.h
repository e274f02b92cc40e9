/* SPDX-License-Identifier: MIT */
#ifndef TN_CORE_OPENED_H
#define TN_CORE_OPENED_H

#include "core/conn.h"

/*
 * What is open on a view of a connection, and ends with it: statements, generated queries in use, pipelines,
 * copies. Whoever has opened one may still hold it then, and come with it while the connection is in other hands: by
 * then nothing is left of it but its shell, which knows that it is over, and is freed as ever.
 */
struct tn__opened {
    const char
        *over; /* why it cannot be used any more; NULL: it can. The first: see struct tn_gen_use */
    const tn_db *view; /* NULL: it does not hang here */
    /* Give back all that it has of the connection, which the caller holds. */
    void (*cut)(struct tn__opened *self, tn_conn *conn);
    struct tn__opened *older;
    struct tn__opened *younger;
};

static inline void tn__opened_join(struct tn__opened *opened, tn_conn *conn, const tn_db *view)
{
    opened->view = view;
    opened->younger = NULL;
    opened->older = conn->opened;
    if (conn->opened)
        conn->opened->younger = opened;
    conn->opened = opened;
}

static inline void tn__opened_leave(struct tn__opened *opened, tn_conn *conn)
{
    if (opened->younger)
        opened->younger->older = opened->older;
    else
        conn->opened = opened->older;
    if (opened->older)
        opened->older->younger = opened->younger;
    opened->view = NULL;
}

/* Cut all that hangs on that view, NULL: on any. The caller holds the connection. */
void tn__opened_cut(tn_conn *conn, const tn_db *view, const char *why);

#endif
