/* SPDX-License-Identifier: MIT */
#ifndef BENCH_LOOP_H
#define BENCH_LOOP_H

/*
 * The loop that all sides in C run. A side includes this file before its own functions, and workloads.h
 * after them, so that the compiler may put them into the loop. It has
 *
 *     struct side                  its connection, its statements, and struct keep for kept rows
 *     side_open  side_close
 *     side_get                     one row by its key, its texts kept
 *     side_range  side_scan        hand each row to take_row(), whose texts may go with it
 *     side_begin  side_add  side_commit  side_update
 *     side_pipe_get  side_pipe_add PIPE statements in one round trip, where it defines SIDE_PIPES
 *     side_bulk                    many rows at once, where it defines SIDE_BULK
 *
 * Each returns 0, or a negative number after it has said why; any failure ends the program with 1.
 *
 *     bench_x WORKLOAD COUNT WARM_UP URL
 *
 * runs the workload COUNT times, after WARM_UP times before the clock, and prints "WALL_NS CPU_NS
 * BOTH_NS SUM": the loop alone. CPU is the client's time, BOTH the client's and the server's (of the
 * process BENCH_SERVER and its children). SUM is made of what was read, so that two sides that read
 * the same data print the same sum.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../clock.h"
#include "../rows.h"

enum {
    PIPE = 100
};

/* The statements of all sides. Those whose library wants '?' have their own text of it. */
#define COLUMNS   "id, title, status, priority, score, note"
#define SQL_GET   "SELECT " COLUMNS " FROM items WHERE id = $1"
#define SQL_RANGE "SELECT " COLUMNS " FROM items WHERE id BETWEEN $1 AND $2 ORDER BY id"
#define SQL_SCAN  "SELECT " COLUMNS " FROM items"
#define SQL_ADD \
 "INSERT INTO items (title, status, priority, score, note) VALUES ($1, $2, $3, $4, $5)"
#define SQL_UPDATE "UPDATE items SET status = $1, priority = $2 WHERE id = $3"

struct text {
    const char *data; /* NULL: the SQL NULL */
    size_t size;
};

struct item {
    int64_t id;
    struct text title;
    struct text status;
    int64_t priority;
    double score;
    struct text note;
};

/* Memory for the texts of one row, used again for the next. */
struct keep {
    char *bytes;
    size_t size;
};

static inline const char *keep_text(char **at, struct text text)
{
    char *copy = *at;
    if (!text.data)
        return NULL;
    memcpy(copy, text.data, text.size);
    copy[text.size] = '\0';
    *at += text.size + 1;
    return copy;
}

/* Copy a row's texts into memory of the caller's. */
static inline bool keep_row(struct keep *keep, struct item *row)
{
    size_t size = row->title.size + row->status.size + row->note.size + 3;
    if (size > keep->size) {
        char *bytes = realloc(keep->bytes, size * 2);
        if (!bytes)
            return false;
        keep->bytes = bytes;
        keep->size = size * 2;
    }
    char *at = keep->bytes;
    row->title.data = keep_text(&at, row->title);
    row->status.data = keep_text(&at, row->status);
    row->note.data = keep_text(&at, row->note);
    return true;
}

static inline void take_row(uint64_t *sum, const struct item *row)
{
    *sum += ROW_SUM(row);
}

/* What is inserted, made before the clock starts. */
static struct item new_items[BULK];

static void make_items(void)
{
    make_texts();
    for (long i = 0; i < BULK; i++)
        SET_ITEM(&new_items[i], i);
}

static inline const struct item *new_item(long i)
{
    return &new_items[i % BULK];
}

#endif
