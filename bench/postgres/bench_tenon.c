/* SPDX-License-Identifier: MIT */
/*
 * Tenon's side: the dynamic interface on a connection that is acquired once, with statements that
 * stay open: what bench_hand.c does, by tenon/stmt.h, tenon/pipeline.h and tenon/copy.h.
 */
#include "loop.h"

#include "frame.h"

#define SIDE_PIPES
#define SIDE_BULK

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
    struct frame frame;
    tn_stmt *stmts[S_COUNT];
    struct keep keep;
};

static int fail(const struct side *side)
{
    return frame_fail(&side->frame);
}

static void side_close(struct side *side)
{
    if (!side)
        return;
    for (int i = 0; i < S_COUNT; i++)
        tn_stmt_close(side->stmts[i]);
    frame_close(&side->frame);
    free(side->keep.bytes);
    free(side);
}

static int prepare_all(struct side *side)
{
    struct frame *frame = &side->frame;
    int rc = TN_OK;
    for (int i = 0; rc == TN_OK && i < S_COUNT; i++)
        rc = tn_stmt_open(&side->stmts[i], tn_conn_db(frame->conn), STATEMENTS[i], &frame->err);
    return rc == TN_OK ? 0 : fail(side);
}

static int side_open(struct side **out, const char *url)
{
    struct side *side = calloc(1, sizeof *side);
    if (!side || frame_open(&side->frame, "bench_tenon", url) != 0 || prepare_all(side) != 0) {
        side_close(side);
        return -1;
    }
    *out = side;
    return 0;
}

static inline struct text text_of(tn_value value)
{
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
    out->title = text_of(tn_stmt_column(stmt, 1));
    out->status = text_of(tn_stmt_column(stmt, 2));
    out->priority = tn_stmt_column(stmt, 3).as.integer;
    out->score = tn_stmt_column(stmt, 4).as.real;
    out->note = text_of(tn_stmt_column(stmt, 5));
}

static int take_rows(struct side *side, tn_stmt *stmt, uint64_t *sum)
{
    int rc;
    while ((rc = tn_stmt_step(stmt, &side->frame.err)) == TN_ROW) {
        struct item row;
        read_row(&row, stmt);
        take_row(sum, &row);
    }
    return rc == TN_DONE ? 0 : fail(side);
}

static int finish(struct side *side, tn_stmt *stmt, int64_t *affected)
{
    if (tn_stmt_step(stmt, &side->frame.err) != TN_DONE)
        return fail(side);
    *affected = tn_stmt_affected(stmt);
    return 0;
}

static int side_get(struct item *out, struct side *side, int64_t id)
{
    tn_stmt *stmt = side->stmts[S_GET];
    int rc = -1;
    if (tn_stmt_bind(stmt, 1, tn_value_int(id), &side->frame.err) != TN_OK ||
        tn_stmt_step(stmt, &side->frame.err) != TN_ROW) {
        (void)fail(side);
    } else {
        read_row(out, stmt);
        rc = keep_row(&side->keep, out) ? 0 : -1;
        if (rc != 0)
            fputs("bench_tenon: no memory\n", stderr);
    }
    tn_stmt_reset(stmt);
    return rc;
}

static int side_range(struct side *side, int64_t first, int64_t last, uint64_t *sum)
{
    tn_stmt *stmt = side->stmts[S_RANGE];
    if (tn_stmt_bind(stmt, 1, tn_value_int(first), &side->frame.err) != TN_OK ||
        tn_stmt_bind(stmt, 2, tn_value_int(last), &side->frame.err) != TN_OK)
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
    if (tn_stmt_bind(stmt, 1, value_of(item->title), &side->frame.err) != TN_OK ||
        tn_stmt_bind(stmt, 2, value_of(item->status), &side->frame.err) != TN_OK ||
        tn_stmt_bind(stmt, 3, tn_value_int(item->priority), &side->frame.err) != TN_OK ||
        tn_stmt_bind(stmt, 4, tn_value_real(item->score), &side->frame.err) != TN_OK ||
        tn_stmt_bind(stmt, 5, value_of(item->note), &side->frame.err) != TN_OK)
        return fail(side);
    return finish(side, stmt, affected);
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
    tn_stmt *stmt = side->stmts[S_UPDATE];
    if (tn_stmt_bind(stmt, 1, tn_value_string(status), &side->frame.err) != TN_OK ||
        tn_stmt_bind(stmt, 2, tn_value_int(priority), &side->frame.err) != TN_OK ||
        tn_stmt_bind(stmt, 3, tn_value_int(id), &side->frame.err) != TN_OK)
        return fail(side);
    return finish(side, stmt, affected);
}

/* End the group and take its answers. */
static int pipe_end(struct side *side, tn_pipeline *pipeline,
                    void (*take)(tn_pipeline *pipeline, const tn_answer *answer, uint64_t *sum),
                    uint64_t *sum)
{
    tn_answer answer;
    int rc = tn_pipeline_sync(pipeline, &side->frame.err);
    while (rc == TN_OK) {
        rc = tn_pipeline_next(&answer, pipeline, &side->frame.err);
        if (rc == TN_OK)
            take(pipeline, &answer, sum);
    }
    tn_pipeline_close(pipeline);
    return rc == TN_DONE ? 0 : fail(side);
}

static void take_answer_row(tn_pipeline *pipeline, const tn_answer *answer, uint64_t *sum)
{
    struct item row;
    if (answer->row_count != 1)
        return;
    row.id = tn_pipeline_value(pipeline, 0, 0).as.integer;
    row.title = text_of(tn_pipeline_value(pipeline, 0, 1));
    row.status = text_of(tn_pipeline_value(pipeline, 0, 2));
    row.priority = tn_pipeline_value(pipeline, 0, 3).as.integer;
    row.score = tn_pipeline_value(pipeline, 0, 4).as.real;
    row.note = text_of(tn_pipeline_value(pipeline, 0, 5));
    take_row(sum, &row);
}

static void take_affected(tn_pipeline *pipeline, const tn_answer *answer, uint64_t *sum)
{
    (void)pipeline;
    *sum += (uint64_t)answer->affected;
}

static int side_pipe_get(struct side *side, long first, uint64_t *sum)
{
    tn_pipeline *pipeline;
    int rc = tn_pipeline_open(&pipeline, tn_conn_db(side->frame.conn), NULL, &side->frame.err);
    if (rc != TN_OK)
        return fail(side);
    for (long i = first; rc == TN_OK && i < first + PIPE; i++) {
        tn_value key = tn_value_int(key_of(i));
        rc = tn_pipeline_send(pipeline, SQL_GET, &key, 1, NULL, &side->frame.err);
    }
    if (rc == TN_OK)
        return pipe_end(side, pipeline, take_answer_row, sum);
    tn_pipeline_close(pipeline);
    return fail(side);
}

static void set_item(tn_value *values, const struct item *item)
{
    values[0] = value_of(item->title);
    values[1] = value_of(item->status);
    values[2] = tn_value_int(item->priority);
    values[3] = tn_value_real(item->score);
    values[4] = value_of(item->note);
}

static int side_pipe_add(struct side *side, long first, uint64_t *sum)
{
    tn_pipeline *pipeline;
    int rc = tn_pipeline_open(&pipeline, tn_conn_db(side->frame.conn), NULL, &side->frame.err);
    if (rc != TN_OK)
        return fail(side);
    for (long i = first; rc == TN_OK && i < first + PIPE; i++) {
        tn_value values[5];
        set_item(values, new_item(i));
        rc = tn_pipeline_send(pipeline, SQL_ADD, values, 5, NULL, &side->frame.err);
    }
    if (rc == TN_OK)
        return pipe_end(side, pipeline, take_affected, sum);
    tn_pipeline_close(pipeline);
    return fail(side);
}

static int side_bulk(struct side *side, const struct item *rows, size_t count, int64_t *affected)
{
    static const char *const columns[] = {"title", "status", "priority", "score", "note"};
    tn_copy_in *copy;
    tn_db *db = tn_conn_db(side->frame.conn);
    int rc = tn_copy_in_open(&copy, db, "items", columns, 5, &side->frame.err);
    if (rc != TN_OK)
        return fail(side);
    for (size_t i = 0; rc == TN_OK && i < count; i++) {
        tn_value values[5];
        set_item(values, &rows[i]);
        rc = tn_copy_in_row(copy, values, 5, &side->frame.err);
    }
    if (rc == TN_OK)
        return tn_copy_in_close(copy, affected, &side->frame.err) == TN_OK ? 0 : fail(side);
    tn_copy_in_abort(copy);
    return fail(side);
}

#include "workloads.h"
