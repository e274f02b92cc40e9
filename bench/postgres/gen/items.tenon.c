/* by hand, for now */
#include "items.tenon.h"

static const char bench_item_get_sql[] =
    "SELECT id, title, status, priority, score, note FROM items WHERE id = $1";
static const uint32_t bench_item_get_params[] = {20};
static const int bench_item_get_formats[] = {1};
static const uint32_t bench_item_get_columns[] = {20, 25, 25, 20, 701, 25};
static struct tn_pg_query bench_item_get_query = {
    {"item_get", bench_item_get_sql, sizeof(bench_item_get_sql) - 1, 6, TN_READ,
     TN_GEN_POSTGRES | 2, 0},
    {bench_item_get_params, bench_item_get_formats, "id", bench_item_get_columns, 1, false},
};

static int read_bench_item_get(struct bench_item *row, const struct tn_gen_use *use,
                               const struct tn_pg_rows *at, tn_error *err)
{
    struct tn_pg_rows rows = *at;
    if (!tn_pg_read_int8(&rows, 0, &row->id))
        return tn_pg_fail_type(use, at, 0, "int", err);
    if (!tn_pg_read_text(&rows, 1, &row->title))
        return tn_pg_fail_type(use, at, 1, "text", err);
    if (!tn_pg_read_text(&rows, 2, &row->status))
        return tn_pg_fail_type(use, at, 2, "text", err);
    if (!tn_pg_read_int8(&rows, 3, &row->priority))
        return tn_pg_fail_type(use, at, 3, "int", err);
    if (!tn_pg_read_float8(&rows, 4, &row->score))
        return tn_pg_fail_type(use, at, 4, "real", err);
    if (!tn_pg_read_opt_text(&rows, 5, &row->note))
        return tn_pg_fail_type(use, at, 5, "text", err);
    return TN_OK;
}

static int copy_bench_item_get(struct bench_item *row, tn_arena *arena,
                               const struct tn_gen_use *use, tn_error *err)
{
    tn_text *texts[3];
    int rc;
    texts[0] = &row->title;
    texts[1] = &row->status;
    texts[2] = &row->note;
    rc = tn_arena_texts(arena, texts, 3);
    return rc == TN_OK ? TN_OK : tn_gen_fail_memory(use, err);
}

int bench_item_get(struct bench_item *out, tn_db *db, int64_t id, tn_arena *arena, tn_error *err)
{
    struct bench_item row;
    struct tn_gen_use use;
    struct tn_pg_rows rows;
    struct tn_pg_params params;
    const char *values[1];
    int sizes[1];
    struct tn_pg_slot slots[1];
    int rc = tn_gen_acquire(&use, db, &bench_item_get_query.query, err);
    if (rc != TN_OK)
        return rc;
    tn_pg_params_init(&params, &use, values, sizes, slots);
    tn_pg_bind_int8(&params, 0, id);
    rc = tn_pg_run(&rows, &use, &params, err);
    if (rc == TN_OK && tn_pg_next(&rows)) {
        rc = read_bench_item_get(&row, &use, &rows, err);
        if (rc == TN_OK)
            rc = copy_bench_item_get(&row, arena, &use, err);
        if (rc == TN_OK)
            *out = row;
    } else if (rc == TN_OK) {
        rc = TN_NONE;
    }
    tn_gen_release(&use);
    return rc;
}

static const char bench_item_range_sql[] =
    "SELECT id, title, status, priority, score, note FROM items WHERE id BETWEEN $1 AND $2 ORDER BY "
    "id";
static const uint32_t bench_item_range_params[] = {20, 20};
static const int bench_item_range_formats[] = {1, 1};
static const uint32_t bench_item_range_columns[] = {20, 25, 25, 20, 701, 25};
static struct tn_pg_query bench_item_range_query = {
    {"item_range", bench_item_range_sql, sizeof(bench_item_range_sql) - 1, 6, TN_READ,
     TN_GEN_POSTGRES | 2, 0},
    {bench_item_range_params, bench_item_range_formats, "first\0last", bench_item_range_columns, 2,
     false},
};

int bench_item_range_begin(struct bench_item_range_iter *iter, tn_db *db, int64_t first,
                           int64_t last, tn_error *err)
{
    struct tn_pg_params params;
    const char *values[2];
    int sizes[2];
    struct tn_pg_slot slots[2];
    int rc;
    memset(&iter->use, 0, sizeof(iter->use));
    rc = tn_gen_acquire(&iter->use, db, &bench_item_range_query.query, err);
    if (rc != TN_OK)
        return rc;
    tn_pg_params_init(&params, &iter->use, values, sizes, slots);
    tn_pg_bind_int8(&params, 0, first);
    tn_pg_bind_int8(&params, 1, last);
    rc = tn_pg_run(&iter->rows, &iter->use, &params, err);
    if (rc != TN_OK)
        tn_gen_release(&iter->use);
    return rc;
}

int bench_item_range_next(struct bench_item_range_iter *iter, tn_error *err)
{
    int rc;
    if (!iter->use.conn)
        return TN_DONE;
    if (tn_pg_next(&iter->rows)) {
        rc = read_bench_item_get(&iter->row, &iter->use, &iter->rows, err);
        return rc == TN_OK ? TN_ROW : rc;
    }
    tn_gen_release(&iter->use);
    return TN_DONE;
}

void bench_item_range_end(struct bench_item_range_iter *iter)
{
    if (iter)
        tn_gen_release(&iter->use);
}

static const char bench_item_scan_sql[] =
    "SELECT id, title, status, priority, score, note FROM items";
static const uint32_t bench_item_scan_columns[] = {20, 25, 25, 20, 701, 25};
static struct tn_pg_query bench_item_scan_query = {
    {"item_scan", bench_item_scan_sql, sizeof(bench_item_scan_sql) - 1, 6, TN_READ,
     TN_GEN_POSTGRES | 2, 0},
    {NULL, NULL, "", bench_item_scan_columns, 0, false},
};

int bench_item_scan_begin(struct bench_item_scan_iter *iter, tn_db *db, tn_error *err)
{
    int rc;
    memset(&iter->use, 0, sizeof(iter->use));
    rc = tn_gen_acquire(&iter->use, db, &bench_item_scan_query.query, err);
    if (rc != TN_OK)
        return rc;
    rc = tn_pg_run(&iter->rows, &iter->use, NULL, err);
    if (rc != TN_OK)
        tn_gen_release(&iter->use);
    return rc;
}

int bench_item_scan_next(struct bench_item_scan_iter *iter, tn_error *err)
{
    int rc;
    if (!iter->use.conn)
        return TN_DONE;
    if (tn_pg_next(&iter->rows)) {
        rc = read_bench_item_get(&iter->row, &iter->use, &iter->rows, err);
        return rc == TN_OK ? TN_ROW : rc;
    }
    tn_gen_release(&iter->use);
    return TN_DONE;
}

void bench_item_scan_end(struct bench_item_scan_iter *iter)
{
    if (iter)
        tn_gen_release(&iter->use);
}

static const char bench_item_add_sql[] =
    "INSERT INTO items (title, status, priority, score, note) VALUES ($1, $2, $3, $4, $5)";
static const uint32_t bench_item_add_params[] = {25, 25, 20, 701, 25};
static const int bench_item_add_formats[] = {1, 1, 1, 1, 1};
static struct tn_pg_query bench_item_add_query = {
    {"item_add", bench_item_add_sql, sizeof(bench_item_add_sql) - 1, 0, TN_WRITE,
     TN_GEN_POSTGRES | 2, 0},
    {bench_item_add_params, bench_item_add_formats, "title\0status\0priority\0score\0note", NULL, 5,
     false},
};

int bench_item_add(int64_t *affected, tn_db *db, const struct bench_item_add_args *args,
                   tn_error *err)
{
    struct tn_gen_use use;
    struct tn_pg_rows rows;
    struct tn_pg_params params;
    const char *values[5];
    int sizes[5];
    struct tn_pg_slot slots[5];
    int rc = tn_gen_acquire(&use, db, &bench_item_add_query.query, err);
    if (rc != TN_OK)
        return rc;
    tn_pg_params_init(&params, &use, values, sizes, slots);
    tn_pg_bind_text(&params, 0, args->title);
    tn_pg_bind_text(&params, 1, args->status);
    tn_pg_bind_int8(&params, 2, args->priority);
    tn_pg_bind_float8(&params, 3, args->score);
    tn_pg_bind_text(&params, 4, args->note);
    rc = tn_pg_run(&rows, &use, &params, err);
    if (rc == TN_OK && affected)
        *affected = rows.affected;
    tn_gen_release(&use);
    return rc;
}

static const char bench_item_update_sql[] =
    "UPDATE items SET status = $1, priority = $2 WHERE id = $3";
static const uint32_t bench_item_update_params[] = {25, 20, 20};
static const int bench_item_update_formats[] = {1, 1, 1};
static struct tn_pg_query bench_item_update_query = {
    {"item_update", bench_item_update_sql, sizeof(bench_item_update_sql) - 1, 0, TN_WRITE,
     TN_GEN_POSTGRES | 2, 0},
    {bench_item_update_params, bench_item_update_formats, "status\0priority\0id", NULL, 3, false},
};

int bench_item_update(int64_t *affected, tn_db *db, tn_text status, int64_t priority, int64_t id,
                      tn_error *err)
{
    struct tn_gen_use use;
    struct tn_pg_rows rows;
    struct tn_pg_params params;
    const char *values[3];
    int sizes[3];
    struct tn_pg_slot slots[3];
    int rc = tn_gen_acquire(&use, db, &bench_item_update_query.query, err);
    if (rc != TN_OK)
        return rc;
    tn_pg_params_init(&params, &use, values, sizes, slots);
    tn_pg_bind_text(&params, 0, status);
    tn_pg_bind_int8(&params, 1, priority);
    tn_pg_bind_int8(&params, 2, id);
    rc = tn_pg_run(&rows, &use, &params, err);
    if (rc == TN_OK && affected)
        *affected = rows.affected;
    tn_gen_release(&use);
    return rc;
}

int bench_item_fill(int64_t *affected, tn_db *db, const struct bench_item_add_args *items,
                    size_t count, tn_error *err)
{
    struct tn_pg_bulk bulk;
    struct tn_pg_rows rows;
    struct tn_pg_params params;
    const char *values[5];
    int sizes[5];
    struct tn_pg_slot slots[5];
    int rc;
    if (count == 0) {
        if (affected)
            *affected = 0;
        return TN_OK;
    }
    rc = tn_pg_bulk_begin(&bulk, db, &bench_item_add_query.query, err);
    if (rc != TN_OK)
        return rc;
    tn_pg_params_init(&params, &bulk.bulk.use, values, sizes, slots);
    while (rc == TN_OK && bulk.bulk.index < count) {
        while (rc == TN_OK && tn_pg_bulk_has_room(&bulk, count)) {
            const struct bench_item_add_args *args = &items[bulk.sent];
            tn_pg_bind_text(&params, 0, args->title);
            tn_pg_bind_text(&params, 1, args->status);
            tn_pg_bind_int8(&params, 2, args->priority);
            tn_pg_bind_float8(&params, 3, args->score);
            tn_pg_bind_text(&params, 4, args->note);
            rc = tn_pg_bulk_send(&bulk, &params, err);
        }
        while (rc == TN_OK && tn_pg_bulk_has_answer(&bulk))
            rc = tn_pg_bulk_next(&rows, &bulk, err);
    }
    return tn_pg_bulk_end(&bulk, rc, affected, err);
}
