/* SPDX-License-Identifier: MIT */
/*
 * Tenon's generated code (tenon/gen_postgres.h) on a connection that is acquired once, as bench_hand.c
 * has one.
 */
#include "loop.h"

#include "frame.h"
#include "items.tenon.h"

#define SIDE_BULK

struct side {
    struct frame frame;
    tn_arena arena;
};

static int fail(const struct side *side)
{
    return frame_fail(&side->frame);
}

static void side_close(struct side *side)
{
    if (!side)
        return;
    frame_close(&side->frame);
    tn_arena_fini(&side->arena);
    free(side);
}

static int side_open(struct side **out, const char *url)
{
    struct side *side = calloc(1, sizeof *side);
    if (!side || frame_open(&side->frame, "bench_gen", url) != 0) {
        side_close(side);
        return -1;
    }
    *out = side;
    return 0;
}

static tn_db *db_of(const struct side *side)
{
    return side->frame.tx ? side->frame.tx : tn_conn_db(side->frame.conn);
}

static inline struct text text_of(tn_text text)
{
    struct text same = {text.data, text.size};
    return same;
}

static inline tn_text text_in(struct text text)
{
    tn_text same = {text.data, text.size};
    return same;
}

static inline void take_item(struct item *out, const struct bench_item *row)
{
    out->id = row->id;
    out->title = text_of(row->title);
    out->status = text_of(row->status);
    out->priority = row->priority;
    out->score = row->score;
    out->note = text_of(row->note);
}

static int side_get(struct item *out, struct side *side, int64_t id)
{
    struct bench_item row;
    tn_arena_reset(&side->arena);
    if (bench_item_get(&row, db_of(side), id, &side->arena, &side->frame.err) != TN_OK)
        return fail(side);
    take_item(out, &row);
    return 0;
}

static int side_range(struct side *side, int64_t first, int64_t last, uint64_t *sum)
{
    struct bench_item_range_iter iter;
    struct item item;
    int rc = bench_item_range_begin(&iter, db_of(side), first, last, &side->frame.err);
    while (rc == TN_OK && (rc = bench_item_range_next(&iter, &side->frame.err)) == TN_ROW) {
        take_item(&item, &iter.row);
        take_row(sum, &item);
        rc = TN_OK;
    }
    bench_item_range_end(&iter);
    return rc == TN_DONE ? 0 : fail(side);
}

static int side_scan(struct side *side, uint64_t *sum)
{
    struct bench_item_scan_iter iter;
    struct item item;
    int rc = bench_item_scan_begin(&iter, db_of(side), &side->frame.err);
    while (rc == TN_OK && (rc = bench_item_scan_next(&iter, &side->frame.err)) == TN_ROW) {
        take_item(&item, &iter.row);
        take_row(sum, &item);
        rc = TN_OK;
    }
    bench_item_scan_end(&iter);
    return rc == TN_DONE ? 0 : fail(side);
}

static inline void put_item(struct bench_item_add_args *out, const struct item *item)
{
    out->title = text_in(item->title);
    out->status = text_in(item->status);
    out->priority = item->priority;
    out->score = item->score;
    out->note = text_in(item->note);
}

static int side_add(struct side *side, const struct item *item, int64_t *affected)
{
    struct bench_item_add_args args;
    put_item(&args, item);
    return bench_item_add(affected, db_of(side), &args, &side->frame.err) == TN_OK ? 0 : fail(side);
}

static int side_begin(struct side *side)
{
    return frame_begin(&side->frame);
}

static int side_commit(struct side *side)
{
    return frame_commit(&side->frame);
}

static int side_update(struct side *side, int64_t id, const char *status, int64_t priority,
                       int64_t *affected)
{
    tn_text text = tn_text_of(status);
    int rc = bench_item_update(affected, db_of(side), text, priority, id, &side->frame.err);
    return rc == TN_OK ? 0 : fail(side);
}

static int side_bulk(struct side *side, const struct item *rows, size_t count, int64_t *affected)
{
    static struct bench_item_fill_args items[BULK];
    for (size_t i = 0; i < count; i++) {
        struct bench_item_add_args args;
        put_item(&args, &rows[i]);
        items[i] = (struct bench_item_fill_args){args.title, args.status, args.priority, args.score,
                                                 args.note};
    }
    int rc = bench_item_fill(affected, db_of(side), items, count, &side->frame.err);
    return rc == TN_OK ? 0 : fail(side);
}

#include "workloads.h"
