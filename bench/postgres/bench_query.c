/* SPDX-License-Identifier: MIT */
/*
 * Tenon's convenience: tn_query() and tn_exec() on the pool, the SQL in hand each time. A connection
 * is taken, the statement found in its cache, and rows are collected.
 */
#include "loop.h"

#include <tenon/tenon.h>

struct side {
    tn_db *db;
    tn_db *tx; /* between side_begin and side_commit */
    tn_arena arena;
    tn_error err;
};

static int fail(const struct side *side)
{
    fprintf(stderr, "bench_query: %s\n", side ? side->err.message : "no memory");
    return -1;
}

static void side_close(struct side *side)
{
    if (!side)
        return;
    tn_tx_rollback(side->tx);
    tn_db_close(side->db);
    tn_arena_fini(&side->arena);
    free(side);
}

static int side_open(struct side **out, const char *url)
{
    struct side *side = calloc(1, sizeof *side);
    if (!side)
        return fail(NULL);
    if (tn_db_open(&side->db, url, NULL, &side->err) != TN_OK) {
        (void)fail(side);
        side_close(side);
        return -1;
    }
    *out = side;
    return 0;
}

static inline struct text text_of(const tn_value *value)
{
    struct text text = {NULL, 0};
    if (value->type != TN_NULL) {
        text.data = value->as.text.data;
        text.size = value->as.text.size;
    }
    return text;
}

static inline void read_row(struct item *out, const tn_rows *rows, size_t at)
{
    out->id = tn_rows_at(rows, at, 0)->as.integer;
    out->title = text_of(tn_rows_at(rows, at, 1));
    out->status = text_of(tn_rows_at(rows, at, 2));
    out->priority = tn_rows_at(rows, at, 3)->as.integer;
    out->score = tn_rows_at(rows, at, 4)->as.real;
    out->note = text_of(tn_rows_at(rows, at, 5));
}

static int query(tn_rows *rows, struct side *side, const char *sql, const tn_value *params,
                 size_t count)
{
    tn_arena_reset(&side->arena);
    int rc = tn_query(rows, side->db, sql, params, count, &side->arena, &side->err);
    return rc == TN_OK ? 0 : fail(side);
}

static void take_rows(const tn_rows *rows, uint64_t *sum)
{
    for (size_t i = 0; i < rows->row_count; i++) {
        struct item row;
        read_row(&row, rows, i);
        take_row(sum, &row);
    }
}

static int side_get(struct item *out, struct side *side, int64_t id)
{
    tn_value params[] = {tn_value_int(id)};
    tn_rows rows;
    if (query(&rows, side, SQL_GET, params, 1) || rows.row_count != 1)
        return -1;
    read_row(out, &rows, 0);
    return 0;
}

static int side_range(struct side *side, int64_t first, int64_t last, uint64_t *sum)
{
    tn_value params[] = {tn_value_int(first), tn_value_int(last)};
    tn_rows rows;
    if (query(&rows, side, SQL_RANGE, params, 2))
        return -1;
    take_rows(&rows, sum);
    return 0;
}

static int side_scan(struct side *side, uint64_t *sum)
{
    tn_rows rows;
    if (query(&rows, side, SQL_SCAN, NULL, 0))
        return -1;
    take_rows(&rows, sum);
    return 0;
}

static inline tn_value value_of(struct text text)
{
    tn_text same = {text.data, text.size};
    return tn_value_text(same);
}

static int exec(struct side *side, const char *sql, const tn_value *params, size_t count,
                int64_t *affected)
{
    tn_db *db = side->tx ? side->tx : side->db;
    return tn_exec(db, sql, params, count, affected, &side->err) == TN_OK ? 0 : fail(side);
}

static int side_add(struct side *side, const struct item *item, int64_t *affected)
{
    tn_value params[] = {value_of(item->title), value_of(item->status),
                         tn_value_int(item->priority), tn_value_real(item->score),
                         value_of(item->note)};
    return exec(side, SQL_ADD, params, 5, affected);
}

static int side_begin(struct side *side)
{
    return tn_tx_begin(&side->tx, side->db, TN_WRITE, &side->err) == TN_OK ? 0 : fail(side);
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
    tn_value params[] = {tn_value_string(status), tn_value_int(priority), tn_value_int(id)};
    return exec(side, SQL_UPDATE, params, 3, affected);
}

#include "workloads.h"
