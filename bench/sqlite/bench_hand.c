/* SPDX-License-Identifier: MIT */
/*
 * The hand-written side: what a careful C programmer writes against SQLite alone. Statements are
 * prepared once; the connection is NOMUTEX; every return code is looked at; texts come with their
 * sizes, NULL is told from empty; what outlives its row is copied into memory that is used again.
 */
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct text {
    const char *data; /* NULL: the SQL NULL */
    size_t size;
};

typedef struct item {
    int64_t id;
    struct text title;
    struct text status;
    int64_t priority;
    double score;
    struct text note;
} side_row;
typedef side_row side_new_item;
typedef side_row side_bulk_item;

typedef struct item_list {
    side_row *items;
    size_t count;
} side_rows;

/* Memory for texts: blocks that stay for the next use. */
struct block {
    struct block *next;
    size_t size;
    char bytes[];
};

struct pool {
    struct block *first;
    struct block *current;
    size_t used; /* of the current block */
};

enum statement {
    S_GET,
    S_RANGE,
    S_SCAN,
    S_ADD,
    S_UPDATE,
    S_BEGIN,
    S_COMMIT,
    S_ROLLBACK,
    S_COUNT
};

static const char *const STATEMENTS[S_COUNT] = {
    [S_GET] = "SELECT id, title, status, priority, score, note FROM items WHERE id = ?1",
    [S_RANGE] = "SELECT id, title, status, priority, score, note FROM items "
                "WHERE id BETWEEN ?1 AND ?2 ORDER BY id",
    [S_SCAN] = "SELECT id, title, status, priority, score, note FROM items",
    [S_ADD] = "INSERT INTO items (title, status, priority, score, note) "
              "VALUES (?1, ?2, ?3, ?4, ?5)",
    [S_UPDATE] = "UPDATE items SET status = ?1, priority = ?2 WHERE id = ?3",
    [S_BEGIN] = "BEGIN IMMEDIATE",
    [S_COMMIT] = "COMMIT",
    [S_ROLLBACK] = "ROLLBACK",
};

struct side {
    sqlite3 *db;
    sqlite3_stmt *stmts[S_COUNT];
    struct pool pool;
    side_row *rows; /* of the last collected range */
    size_t row_cap;
};

typedef struct item_iter {
    side_row row; /* its texts are SQLite's, until the next step */
    struct side *side;
    sqlite3_stmt *stmt;
} side_range_iter;
typedef side_range_iter side_scan_iter;

static int fail(const struct side *side, const char *what)
{
    fprintf(stderr, "bench_hand: %s: %s\n", what,
            side && side->db ? sqlite3_errmsg(side->db) : "no memory");
    return -1;
}

static void *pool_block(struct pool *pool, size_t size)
{
    struct block *next = pool->current ? pool->current->next : pool->first;
    if (!next || next->size < size) {
        size_t room = size > 8192 ? size : 8192;
        struct block *block = malloc(sizeof *block + room);
        if (!block)
            return NULL;
        block->size = room;
        block->next = next;
        if (pool->current)
            pool->current->next = block;
        else
            pool->first = block;
        next = block;
    }
    pool->current = next;
    pool->used = size;
    return next->bytes;
}

static inline void *pool_take(struct pool *pool, size_t size)
{
    if (!pool->current || pool->current->size - pool->used < size)
        return pool_block(pool, size);
    pool->used += size;
    return pool->current->bytes + pool->used - size;
}

static inline void pool_reset(struct pool *pool)
{
    pool->current = pool->first;
    pool->used = 0;
}

static inline bool keep_text(struct pool *pool, struct text *text)
{
    if (!text->data)
        return true;
    char *copy = pool_take(pool, text->size + 1);
    if (!copy)
        return false;
    memcpy(copy, text->data, text->size);
    copy[text->size] = '\0';
    text->data = copy;
    return true;
}

static inline bool keep_row(struct pool *pool, side_row *row)
{
    return keep_text(pool, &row->title) && keep_text(pool, &row->status) &&
           keep_text(pool, &row->note);
}

static inline struct text column_text(sqlite3_stmt *stmt, int column)
{
    struct text text;
    text.data = (const char *)sqlite3_column_text(stmt, column);
    text.size = (size_t)sqlite3_column_bytes(stmt, column);
    return text;
}

static inline void read_row(side_row *row, sqlite3_stmt *stmt)
{
    row->id = sqlite3_column_int64(stmt, 0);
    row->title = column_text(stmt, 1);
    row->status = column_text(stmt, 2);
    row->priority = sqlite3_column_int64(stmt, 3);
    row->score = sqlite3_column_double(stmt, 4);
    row->note = column_text(stmt, 5);
}

static inline int bind_text(sqlite3_stmt *stmt, int index, struct text text)
{
    return sqlite3_bind_text64(stmt, index, text.data, text.size, SQLITE_STATIC, SQLITE_UTF8);
}

/* Step a statement without rows to its end. */
static int finish(struct side *side, sqlite3_stmt *stmt, const char *what)
{
    int rc = sqlite3_step(stmt);
    if (rc != SQLITE_DONE)
        (void)fail(side, what);
    (void)sqlite3_reset(stmt);
    return rc == SQLITE_DONE ? 0 : -1;
}

static void side_close(struct side *side)
{
    if (!side)
        return;
    for (int i = 0; i < S_COUNT; i++)
        (void)sqlite3_finalize(side->stmts[i]);
    (void)sqlite3_close(side->db);
    while (side->pool.first) {
        struct block *next = side->pool.first->next;
        free(side->pool.first);
        side->pool.first = next;
    }
    free(side->rows);
    free(side);
}

static int side_open(struct side **out, const char *file)
{
    struct side *side = calloc(1, sizeof *side);
    if (!side)
        return fail(NULL, "open");
    int rc = sqlite3_open_v2(file, &side->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_busy_timeout(side->db, 5000);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(side->db,
                          "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; "
                          "PRAGMA foreign_keys = ON",
                          NULL, NULL, NULL);
    for (int i = 0; rc == SQLITE_OK && i < S_COUNT; i++) {
        rc = sqlite3_prepare_v3(side->db, STATEMENTS[i], -1, SQLITE_PREPARE_PERSISTENT,
                                &side->stmts[i], NULL);
    }
    if (rc != SQLITE_OK) {
        (void)fail(side, "open");
        side_close(side);
        return -1;
    }
    *out = side;
    return 0;
}

static int side_get(side_row *out, struct side *side, int64_t id)
{
    sqlite3_stmt *stmt = side->stmts[S_GET];
    int result = -1;
    pool_reset(&side->pool);
    if (sqlite3_bind_int64(stmt, 1, id) != SQLITE_OK || sqlite3_step(stmt) != SQLITE_ROW) {
        (void)fail(side, "get");
    } else {
        read_row(out, stmt);
        result = keep_row(&side->pool, out) ? 0 : fail(NULL, "get");
    }
    (void)sqlite3_reset(stmt);
    return result;
}

/* Without its part it is the same statement. */
static int side_get_part(side_row *out, struct side *side, int64_t id)
{
    return side_get(out, side, id);
}

static int side_range_begin(side_range_iter *iter, struct side *side, int64_t first, int64_t last)
{
    iter->side = side;
    iter->stmt = side->stmts[S_RANGE];
    if (sqlite3_bind_int64(iter->stmt, 1, first) != SQLITE_OK ||
        sqlite3_bind_int64(iter->stmt, 2, last) != SQLITE_OK)
        return fail(side, "range");
    return 0;
}

static int side_scan_begin(side_scan_iter *iter, struct side *side)
{
    iter->side = side;
    iter->stmt = side->stmts[S_SCAN];
    return 0;
}

static inline int side_range_next(side_range_iter *iter)
{
    int rc = sqlite3_step(iter->stmt);
    if (rc == SQLITE_ROW) {
        read_row(&iter->row, iter->stmt);
        return 1;
    }
    return rc == SQLITE_DONE ? 0 : fail(iter->side, "next");
}

static inline int side_scan_next(side_scan_iter *iter)
{
    return side_range_next(iter);
}

static void side_range_end(side_range_iter *iter)
{
    (void)sqlite3_reset(iter->stmt);
}

static void side_scan_end(side_scan_iter *iter)
{
    side_range_end(iter);
}

static bool rows_grow(struct side *side, size_t count)
{
    size_t cap = count ? count * 2 : 16;
    side_row *rows = realloc(side->rows, cap * sizeof *rows);
    if (rows) {
        side->rows = rows;
        side->row_cap = cap;
    }
    return rows != NULL;
}

static int side_range_all(side_rows *out, struct side *side, int64_t first, int64_t last)
{
    side_range_iter iter;
    size_t count = 0;
    int rc = SQLITE_DONE;
    pool_reset(&side->pool);
    if (side_range_begin(&iter, side, first, last))
        return -1;
    while ((rc = sqlite3_step(iter.stmt)) == SQLITE_ROW) {
        if (count == side->row_cap && !rows_grow(side, count))
            break;
        read_row(&side->rows[count], iter.stmt);
        if (!keep_row(&side->pool, &side->rows[count]))
            break;
        count++;
    }
    if (rc != SQLITE_DONE)
        (void)fail(rc == SQLITE_ROW ? NULL : side, "range");
    (void)sqlite3_reset(iter.stmt);
    if (rc != SQLITE_DONE)
        return -1;
    out->items = side->rows;
    out->count = count;
    return 0;
}

static int side_add(struct side *side, const side_new_item *item, int64_t *affected)
{
    sqlite3_stmt *stmt = side->stmts[S_ADD];
    if (bind_text(stmt, 1, item->title) != SQLITE_OK ||
        bind_text(stmt, 2, item->status) != SQLITE_OK ||
        sqlite3_bind_int64(stmt, 3, item->priority) != SQLITE_OK ||
        sqlite3_bind_double(stmt, 4, item->score) != SQLITE_OK ||
        bind_text(stmt, 5, item->note) != SQLITE_OK)
        return fail(side, "add");
    if (finish(side, stmt, "add"))
        return -1;
    *affected = sqlite3_changes64(side->db);
    return 0;
}

static void new_item(side_new_item *item, long i);

static int side_add_many(struct side *side, long first, long count)
{
    int rc = finish(side, side->stmts[S_BEGIN], "begin");
    if (rc)
        return rc;
    for (long i = first; !rc && i < first + count; i++) {
        side_new_item item;
        int64_t affected;
        new_item(&item, i);
        rc = side_add(side, &item, &affected);
    }
    if (!rc)
        rc = finish(side, side->stmts[S_COMMIT], "commit");
    if (rc && !sqlite3_get_autocommit(side->db))
        (void)finish(side, side->stmts[S_ROLLBACK], "rollback");
    return rc;
}

static int side_bulk(struct side *side, const side_bulk_item *items, size_t count,
                     int64_t *affected)
{
    int64_t total = 0;
    int rc = finish(side, side->stmts[S_BEGIN], "begin");
    if (rc)
        return rc;
    for (size_t i = 0; !rc && i < count; i++) {
        int64_t one = 0;
        rc = side_add(side, &items[i], &one);
        total += one;
    }
    if (!rc)
        rc = finish(side, side->stmts[S_COMMIT], "commit");
    if (rc && !sqlite3_get_autocommit(side->db))
        (void)finish(side, side->stmts[S_ROLLBACK], "rollback");
    *affected = total;
    return rc;
}

static int side_update(struct side *side, int64_t id, const char *status, int64_t priority,
                       int64_t *affected)
{
    sqlite3_stmt *stmt = side->stmts[S_UPDATE];
    struct text text = {status, strlen(status)};
    if (bind_text(stmt, 1, text) != SQLITE_OK ||
        sqlite3_bind_int64(stmt, 2, priority) != SQLITE_OK ||
        sqlite3_bind_int64(stmt, 3, id) != SQLITE_OK)
        return fail(side, "update");
    if (finish(side, stmt, "update"))
        return -1;
    *affected = sqlite3_changes64(side->db);
    return 0;
}

#include "loop.h"
