/* SPDX-License-Identifier: MIT */
/*
 * Tenon's side: the dynamic interface on a connection that is acquired once, with statements that
 * stay open: what bench_hand.c does, by tenon/stmt.h.
 */
#include "loop.h"

#include <tenon/tenon.h>

enum statement {
    S_GET,
    S_RANGE,
    S_SCAN,
    S_ADD,
    S_UPDATE,
    S_COUNT
};

static const char *const STATEMENTS[S_COUNT] = {
    [S_GET] = SQL_GET, [S_RANGE] = SQL_RANGE,   [S_SCAN] = SQL_SCAN,
    [S_ADD] = SQL_ADD, [S_UPDATE] = SQL_UPDATE,
};

struct side {
    tn_db *db;
    tn_conn *conn;
    tn_db *tx; /* between side_begin and side_commit */
    tn_stmt *stmts[S_COUNT];
    struct keep keep;
    tn_error err;
};

static int fail(const struct side *side)
{
    fprintf(stderr, "bench_tenon: %s\n", side ? side->err.message : "no memory");
    return -1;
}

static void side_close(struct side *side)
{
    if (!side)
        return;
    tn_tx_rollback(side->tx);
    for (int i = 0; i < S_COUNT; i++)
        tn_stmt_close(side->stmts[i]);
    tn_conn_release(side->conn);
    tn_db_close(side->db);
    free(side->keep.bytes);
    free(side);
}

static int side_open(struct side **out, const char *url)
{
    struct side *side = calloc(1, sizeof *side);
    if (!side)
        return fail(NULL);
    int rc = tn_db_open(&side->db, url, NULL, &side->err);
    if (rc == TN_OK)
        rc = tn_conn_acquire(&side->conn, side->db, TN_WRITE, &side->err);
    for (int i = 0; rc == TN_OK && i < S_COUNT; i++)
        rc = tn_stmt_open(&side->stmts[i], tn_conn_db(side->conn), STATEMENTS[i], &side->err);
    if (rc != TN_OK) {
        (void)fail(side);
        side_close(side);
        return -1;
    }
    *out = side;
    return 0;
}

static inline struct text column_text(tn_stmt *stmt, int column)
{
    tn_value value = tn_stmt_column(stmt, column);
    struct text text = {NULL, 0};
    if (value.type != TN_NULL) {
        text.data = value.as.text.data;
        text.size = value.as.text.size;
    }
    return text;
}

static inline void read_row(struct item *out, tn_stmt *stmt)
{
    out->id = tn_stmt_column(stmt, 0).as.integer;
    out->title = column_text(stmt, 1);
    out->status = column_text(stmt, 2);
    out->priority = tn_stmt_column(stmt, 3).as.integer;
    out->score = tn_stmt_column(stmt, 4).as.real;
    out->note = column_text(stmt, 5);
}

static int take_rows(struct side *side, tn_stmt *stmt, uint64_t *sum)
{
    int rc;
    while ((rc = tn_stmt_step(stmt, &side->err)) == TN_ROW) {
        struct item row;
        read_row(&row, stmt);
        take_row(sum, &row);
    }
    return rc == TN_DONE ? 0 : fail(side);
}

static int finish(struct side *side, tn_stmt *stmt, int64_t *affected)
{
    if (tn_stmt_step(stmt, &side->err) != TN_DONE)
        return fail(side);
    *affected = tn_stmt_affected(stmt);
    return 0;
}

static int side_get(struct item *out, struct side *side, int64_t id)
{
    tn_stmt *stmt = side->stmts[S_GET];
    int rc = -1;
    if (tn_stmt_bind(stmt, 1, tn_value_int(id), &side->err) != TN_OK ||
        tn_stmt_step(stmt, &side->err) != TN_ROW) {
        (void)fail(side);
    } else {
        read_row(out, stmt);
        rc = keep_row(&side->keep, out) ? 0 : fail(NULL);
    }
    tn_stmt_reset(stmt);
    return rc;
}

static int side_range(struct side *side, int64_t first, int64_t last, uint64_t *sum)
{
    tn_stmt *stmt = side->stmts[S_RANGE];
    if (tn_stmt_bind(stmt, 1, tn_value_int(first), &side->err) != TN_OK ||
        tn_stmt_bind(stmt, 2, tn_value_int(last), &side->err) != TN_OK)
        return fail(side);
    return take_rows(side, stmt, sum);
}

static int side_scan(struct side *side, uint64_t *sum)
{
    return take_rows(side, side->stmts[S_SCAN], sum);
}

static inline tn_value value_of(struct text text)
{
    tn_text same = {text.data, text.size};
    return tn_value_text(same);
}

static int side_add(struct side *side, const struct item *item, int64_t *affected)
{
    tn_stmt *stmt = side->stmts[S_ADD];
    if (tn_stmt_bind(stmt, 1, value_of(item->title), &side->err) != TN_OK ||
        tn_stmt_bind(stmt, 2, value_of(item->status), &side->err) != TN_OK ||
        tn_stmt_bind(stmt, 3, tn_value_int(item->priority), &side->err) != TN_OK ||
        tn_stmt_bind(stmt, 4, tn_value_real(item->score), &side->err) != TN_OK ||
        tn_stmt_bind(stmt, 5, value_of(item->note), &side->err) != TN_OK)
        return fail(side);
    return finish(side, stmt, affected);
}

static int side_begin(struct side *side)
{
    int rc = tn_tx_begin(&side->tx, tn_conn_db(side->conn), TN_WRITE, &side->err);
    return rc == TN_OK ? 0 : fail(side);
}

static int side_commit(struct side *side)
{
    int rc = tn_tx_commit(side->tx, &side->err);
    side->tx = NULL;
    return rc == TN_OK ? 0 : fail(side);
}

static int side_update(struct side *side, int64_t id, const char *status, int64_t priority,
                       int64_t *affected)
{
    tn_stmt *stmt = side->stmts[S_UPDATE];
    if (tn_stmt_bind(stmt, 1, tn_value_string(status), &side->err) != TN_OK ||
        tn_stmt_bind(stmt, 2, tn_value_int(priority), &side->err) != TN_OK ||
        tn_stmt_bind(stmt, 3, tn_value_int(id), &side->err) != TN_OK)
        return fail(side);
    return finish(side, stmt, affected);
}

#include "workloads.h"
