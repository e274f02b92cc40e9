/* SPDX-License-Identifier: MIT */
#ifndef TN_BENCH_FRAME_H
#define TN_BENCH_FRAME_H

/* What the programs on libtenon have in common beside their queries: a connection that is acquired once, as
 * bench_hand.c has one, and transactions on it. Include loop.h first. */

#include <tenon/tenon.h>

struct frame {
    const char *name; /* of the program */
    tn_db *db;
    tn_conn *conn;
    tn_db *tx; /* between frame_begin and frame_commit */
    tn_error err;
};

static int frame_fail(const struct frame *frame)
{
    fprintf(stderr, "%s: %s\n", frame->name, frame->err.message);
    return -1;
}

static void frame_close(struct frame *frame)
{
    tn_tx_rollback(frame->tx);
    tn_conn_release(frame->conn);
    tn_db_close(frame->db);
}

static int frame_open(struct frame *frame, const char *name, const char *url)
{
    frame->name = name;
    int rc = tn_db_open(&frame->db, url, NULL, &frame->err);
    if (rc == TN_OK)
        rc = tn_conn_acquire(&frame->conn, frame->db, TN_WRITE, &frame->err);
    return rc == TN_OK ? 0 : frame_fail(frame);
}

static int frame_begin(struct frame *frame)
{
    int rc = tn_tx_begin(&frame->tx, tn_conn_db(frame->conn), TN_WRITE, &frame->err);
    return rc == TN_OK ? 0 : frame_fail(frame);
}

static int frame_commit(struct frame *frame)
{
    int rc = tn_tx_commit(frame->tx, &frame->err);
    frame->tx = NULL;
    return rc == TN_OK ? 0 : frame_fail(frame);
}

#endif
