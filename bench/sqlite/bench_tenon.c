/* SPDX-License-Identifier: MIT */
/* Tenon's side: the functions generated from queries/bench.sql, on a pool. */
#include "bench.tenon.h"

#include <tenon/tenon.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct bench_items side_row;
typedef struct bench_item_add_args side_new_item;
typedef struct bench_item_add_all_args side_bulk_item;
typedef struct bench_items_rows side_rows;
typedef struct bench_item_range_iter side_range_iter;
typedef struct bench_item_scan_iter side_scan_iter;

struct side {
    tn_db *db;
    tn_arena arena; /* of the rows read last */
    tn_error err;
};

static int fail(const struct side *side)
{
    fprintf(stderr, "bench_tenon: %s\n", side->err.message);
    return -1;
}

static void side_close(struct side *side)
{
    tn_db_close(side->db);
    tn_arena_fini(&side->arena);
    free(side);
}

static int side_open(struct side **out, const char *file)
{
    char url[4096];
    struct side *side = calloc(1, sizeof *side);
    if (!side)
        return -1;
    (void)snprintf(url, sizeof url, "sqlite:%s", file);
    if (tn_db_open(&side->db, url, NULL, &side->err) != TN_OK) {
        (void)fail(side);
        side_close(side);
        return -1;
    }
    *out = side;
    return 0;
}

static int side_get(side_row *out, struct side *side, int64_t id)
{
    tn_arena_reset(&side->arena);
    return bench_item_get(out, side->db, id, &side->arena, &side->err) == TN_OK ? 0 : fail(side);
}

static int side_get_part(side_row *out, struct side *side, int64_t id)
{
    struct bench_item_get_part_args args = {.id = id};
    tn_arena_reset(&side->arena);
    int rc = bench_item_get_part(out, side->db, &args, &side->arena, &side->err);
    return rc == TN_OK ? 0 : fail(side);
}

static int side_range_begin(side_range_iter *iter, struct side *side, int64_t first, int64_t last)
{
    int rc = bench_item_range_begin(iter, side->db, first, last, &side->err);
    return rc == TN_OK ? 0 : fail(side);
}

static int side_range_next(side_range_iter *iter)
{
    return bench_item_range_next(iter, NULL);
}

static void side_range_end(side_range_iter *iter)
{
    bench_item_range_end(iter);
}

static int side_range_all(side_rows *out, struct side *side, int64_t first, int64_t last)
{
    tn_arena_reset(&side->arena);
    int rc = bench_item_range_all(out, side->db, first, last, &side->arena, &side->err);
    return rc == TN_OK ? 0 : fail(side);
}

static int side_scan_begin(side_scan_iter *iter, struct side *side)
{
    return bench_item_scan_begin(iter, side->db, &side->err) == TN_OK ? 0 : fail(side);
}

static int side_scan_next(side_scan_iter *iter)
{
    return bench_item_scan_next(iter, NULL);
}

static void side_scan_end(side_scan_iter *iter)
{
    bench_item_scan_end(iter);
}

static int side_add(struct side *side, const side_new_item *item, int64_t *affected)
{
    return bench_item_add(affected, side->db, item, &side->err) == TN_OK ? 0 : fail(side);
}

static void new_item(side_new_item *item, long i);

struct batch {
    long first;
    long count;
};

static int add_batch(tn_db *tx, void *user, tn_error *err)
{
    const struct batch *batch = user;
    int rc = TN_OK;
    for (long i = batch->first; rc == TN_OK && i < batch->first + batch->count; i++) {
        side_new_item item;
        int64_t affected;
        new_item(&item, i);
        rc = bench_item_add(&affected, tx, &item, err);
    }
    return rc;
}

static int side_add_many(struct side *side, long first, long count)
{
    struct batch batch = {first, count};
    return tn_transact(side->db, add_batch, &batch, NULL, &side->err) == TN_OK ? 0 : fail(side);
}

static int side_bulk(struct side *side, const side_bulk_item *items, size_t count,
                     int64_t *affected)
{
    int rc = bench_item_add_all(affected, side->db, items, count, &side->err);
    return rc == TN_OK ? 0 : fail(side);
}

static int side_update(struct side *side, int64_t id, const char *status, int64_t priority,
                       int64_t *affected)
{
    int rc = bench_item_update(affected, side->db, tn_text_of(status), priority, id, &side->err);
    return rc == TN_OK ? 0 : fail(side);
}

#include "loop.h"
