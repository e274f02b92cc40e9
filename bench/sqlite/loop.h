/* SPDX-License-Identifier: MIT */
#ifndef BENCH_LOOP_H
#define BENCH_LOOP_H

/*
 * The loop that both sides run. A side includes this file after its own functions, which are static
 * where it can, so that the compiler may put them into the loop:
 *
 *     struct side, side_row, side_rows, side_iter, side_new_item, side_bulk_item    its types; see bench_hand.c
 *     side_open  side_close
 *     side_get  side_get_part  side_range_begin/_next/_end  side_range_all  side_scan_begin/_next/_end
 *     side_add  side_add_many  side_bulk  side_update
 *
 * Each returns 0, or 1 for a row, or a negative number; any failure ends the program with 1.
 *
 *     bench_x WORKLOAD COUNT FILE
 *
 * prints "WALL_NS CPU_NS SUM": the loop alone, without opening, preparing and warming up. SUM is
 * made of what was read, so that two sides that read the same data print the same sum.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../clock.h"
#include "../rows.h"

static void new_item(side_new_item *item, long i)
{
    SET_ITEM(item, i);
}

/* What is inserted at once, made before the clock starts as well. */
static side_bulk_item bulk_items[BULK];

static void make_bulk(void)
{
    for (long i = 0; i < BULK; i++)
        SET_ITEM(&bulk_items[i], i);
}

static int run_get(struct side *side, long count, uint64_t *sum)
{
    for (long i = 0; i < count; i++) {
        side_row row;
        if (side_get(&row, side, key_of(i)))
            return -1;
        *sum += ROW_SUM(&row);
    }
    return 0;
}

static int run_get_part(struct side *side, long count, uint64_t *sum)
{
    for (long i = 0; i < count; i++) {
        side_row row;
        if (side_get_part(&row, side, key_of(i)))
            return -1;
        *sum += ROW_SUM(&row);
    }
    return 0;
}

static int run_range(struct side *side, long count, uint64_t *sum)
{
    for (long i = 0; i < count; i++) {
        int64_t first = key_of(i) % (ROWS - RANGE) + 1;
        side_range_iter iter;
        int rc = side_range_begin(&iter, side, first, first + RANGE - 1);
        if (rc)
            return -1;
        while ((rc = side_range_next(&iter)) == 1)
            *sum += ROW_SUM(&iter.row);
        side_range_end(&iter);
        if (rc < 0)
            return -1;
    }
    return 0;
}

static int run_range_all(struct side *side, long count, uint64_t *sum)
{
    for (long i = 0; i < count; i++) {
        int64_t first = key_of(i) % (ROWS - RANGE) + 1;
        side_rows rows;
        if (side_range_all(&rows, side, first, first + RANGE - 1))
            return -1;
        for (size_t at = 0; at < rows.count; at++)
            *sum += ROW_SUM(&rows.items[at]);
    }
    return 0;
}

static int run_scan(struct side *side, long count, uint64_t *sum)
{
    for (long i = 0; i < count; i++) {
        side_scan_iter iter;
        int rc = side_scan_begin(&iter, side);
        if (rc)
            return -1;
        while ((rc = side_scan_next(&iter)) == 1)
            *sum += ROW_SUM(&iter.row);
        side_scan_end(&iter);
        if (rc < 0)
            return -1;
    }
    return 0;
}

static int run_insert(struct side *side, long count, uint64_t *sum)
{
    for (long i = 0; i < count; i++) {
        side_new_item item;
        int64_t affected = 0;
        new_item(&item, i);
        if (side_add(side, &item, &affected))
            return -1;
        *sum += (uint64_t)affected;
    }
    return 0;
}

static int run_insert_tx(struct side *side, long count, uint64_t *sum)
{
    for (long i = 0; i < count; i += BATCH) {
        if (side_add_many(side, i, BATCH))
            return -1;
        *sum += BATCH;
    }
    return 0;
}

static int run_bulk(struct side *side, long count, uint64_t *sum)
{
    for (long i = 0; i < count; i += BULK) {
        int64_t affected = 0;
        if (side_bulk(side, bulk_items, (size_t)(count - i < BULK ? count - i : BULK), &affected))
            return -1;
        *sum += (uint64_t)affected;
    }
    return 0;
}

static int run_update(struct side *side, long count, uint64_t *sum)
{
    for (long i = 0; i < count; i++) {
        int64_t affected = 0;
        if (side_update(side, key_of(i), i & 1 ? "running" : "pending", i % 10, &affected))
            return -1;
        *sum += (uint64_t)affected;
    }
    return 0;
}

static const struct workload {
    const char *name;
    int (*run)(struct side *side, long count, uint64_t *sum);
    long warm_up; /* count of the run before the clock: prepares, opens, fills the page cache */
} WORKLOADS[] = {
    {"point", run_get, 1000},         {"range", run_range, 50},
    {"range_all", run_range_all, 50}, {"scan", run_scan, 1},
    {"insert", run_insert, 10},       {"insert_tx", run_insert_tx, BATCH},
    {"update", run_update, 10},       {"point_part", run_get_part, 1000},
    {"bulk", run_bulk, 10},
};

/* The measured part. callgrind collects inside this function only. */
__attribute__((noinline)) int bench_measured(const struct workload *workload, struct side *side,
                                             long count, uint64_t *sum);
int bench_measured(const struct workload *workload, struct side *side, long count, uint64_t *sum)
{
    return workload->run(side, count, sum);
}

static int bench_run(const struct workload *workload, long count, const char *file)
{
    struct side *side = NULL;
    uint64_t warm_up_sum = 0;
    uint64_t sum = 0;
    if (side_open(&side, file))
        return 1;
    int rc = workload->run(side, workload->warm_up, &warm_up_sum);
    int64_t wall = now_ns(CLOCK_MONOTONIC);
    int64_t cpu = now_ns(CLOCK_PROCESS_CPUTIME_ID);
    if (!rc)
        rc = bench_measured(workload, side, count, &sum);
    cpu = now_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    wall = now_ns(CLOCK_MONOTONIC) - wall;
    side_close(side);
    if (rc)
        return 1;
    printf("%" PRId64 " %" PRId64 " %" PRIu64 "\n", wall, cpu, sum);
    return 0;
}

int main(int argc, char **argv)
{
    long count = argc == 4 ? strtol(argv[2], NULL, 10) : 0;
    make_texts();
    make_bulk();
    for (size_t i = 0; count > 0 && i < sizeof WORKLOADS / sizeof WORKLOADS[0]; i++) {
        if (strcmp(argv[1], WORKLOADS[i].name) == 0)
            return bench_run(&WORKLOADS[i], count, argv[3]);
    }
    fprintf(stderr, "usage: %s WORKLOAD COUNT FILE\n", argv[0]);
    return 2;
}

#endif
