/* SPDX-License-Identifier: MIT */
#ifndef BENCH_WORKLOADS_H
#define BENCH_WORKLOADS_H

/* The second half of loop.h, behind the functions of a side: the workloads, and main(). */

static int run_get(struct side *side, long count, uint64_t *sum)
{
    for (long i = 0; i < count; i++) {
        struct item row;
        if (side_get(&row, side, key_of(i)))
            return -1;
        take_row(sum, &row);
    }
    return 0;
}

static int run_range(struct side *side, long count, uint64_t *sum)
{
    for (long i = 0; i < count; i++) {
        int64_t first = key_of(i) % (ROWS - RANGE) + 1;
        if (side_range(side, first, first + RANGE - 1, sum))
            return -1;
    }
    return 0;
}

static int run_scan(struct side *side, long count, uint64_t *sum)
{
    for (long i = 0; i < count; i++) {
        if (side_scan(side, sum))
            return -1;
    }
    return 0;
}

static int run_insert(struct side *side, long count, uint64_t *sum)
{
    for (long i = 0; i < count; i++) {
        int64_t affected = 0;
        if (side_add(side, new_item(i), &affected))
            return -1;
        *sum += (uint64_t)affected;
    }
    return 0;
}

static int insert_in_transactions(struct side *side, long count, long batch, uint64_t *sum)
{
    for (long i = 0; i < count; i += batch) {
        if (side_begin(side))
            return -1;
        for (long at = i; at < i + batch; at++) {
            int64_t affected = 0;
            if (side_add(side, new_item(at), &affected))
                return -1;
            *sum += (uint64_t)affected;
        }
        if (side_commit(side))
            return -1;
    }
    return 0;
}

/* Here and below COUNT is of rows. */
static int run_insert_tx(struct side *side, long count, uint64_t *sum)
{
    return insert_in_transactions(side, count, BATCH, sum);
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

static int run_each_add(struct side *side, long count, uint64_t *sum)
{
    return insert_in_transactions(side, count, PIPE, sum);
}

#ifdef SIDE_PIPES
static int run_pipe_get(struct side *side, long count, uint64_t *sum)
{
    for (long i = 0; i < count; i += PIPE) {
        if (side_pipe_get(side, i, sum))
            return -1;
    }
    return 0;
}

static int run_pipe_add(struct side *side, long count, uint64_t *sum)
{
    for (long i = 0; i < count; i += PIPE) {
        if (side_pipe_add(side, i, sum))
            return -1;
    }
    return 0;
}
#endif

#ifdef SIDE_BULK
static int run_bulk(struct side *side, long count, uint64_t *sum)
{
    for (long i = 0; i < count; i += BULK) {
        int64_t affected = 0;
        if (side_bulk(side, new_items, (size_t)(count - i < BULK ? count - i : BULK), &affected))
            return -1;
        *sum += (uint64_t)affected;
    }
    return 0;
}
#endif

static const struct workload {
    const char *name;
    int (*run)(struct side *side, long count, uint64_t *sum);
} WORKLOADS[] = {
    {"point", run_get},         {"range", run_range},         {"scan", run_scan},
    {"insert", run_insert},     {"insert_tx", run_insert_tx}, {"update", run_update},
    {"each_get", run_get},      {"each_add", run_each_add},
#ifdef SIDE_PIPES
    {"pipe_get", run_pipe_get}, {"pipe_add", run_pipe_add},
#endif
#ifdef SIDE_BULK
    {"bulk", run_bulk},
#endif
};

/* The measured part. callgrind collects inside this function only. */
__attribute__((noinline)) int bench_measured(const struct workload *workload, struct side *side,
                                             long count, uint64_t *sum);
int bench_measured(const struct workload *workload, struct side *side, long count, uint64_t *sum)
{
    return workload->run(side, count, sum);
}

/* What a process has run so far: the first number of its schedstat, in nanoseconds. */
static int64_t process_ns(const char *pid)
{
    char path[64];
    long long ran = 0;
    (void)snprintf(path, sizeof path, "/proc/%.20s/schedstat", pid);
    FILE *file = fopen(path, "r");
    if (!file)
        return 0;
    if (fscanf(file, "%lld", &ran) != 1)
        ran = 0;
    (void)fclose(file);
    return ran;
}

/* What all processes of the server BENCH_SERVER have run so far; 0 where that cannot be known. */
static int64_t server_ns(void)
{
    const char *server = getenv("BENCH_SERVER");
    char path[64];
    char pid[21];
    int64_t ran = 0;
    if (!server)
        return 0;
    (void)snprintf(path, sizeof path, "/proc/%.20s/task/%.20s/children", server, server);
    FILE *file = fopen(path, "r");
    if (!file)
        return 0;
    while (fscanf(file, "%20s", pid) == 1)
        ran += process_ns(pid);
    (void)fclose(file);
    return ran;
}

static int bench_run(const struct workload *workload, long count, long warm_up, const char *url)
{
    struct side *side = NULL;
    uint64_t warm_up_sum = 0;
    uint64_t sum = 0;
    if (side_open(&side, url))
        return 1;
    int rc = workload->run(side, warm_up, &warm_up_sum);
    int64_t served = server_ns();
    int64_t wall = now_ns(CLOCK_MONOTONIC);
    int64_t cpu = now_ns(CLOCK_PROCESS_CPUTIME_ID);
    if (!rc)
        rc = bench_measured(workload, side, count, &sum);
    cpu = now_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    wall = now_ns(CLOCK_MONOTONIC) - wall;
    served = server_ns() - served;
    side_close(side);
    if (rc)
        return 1;
    printf("%" PRId64 " %" PRId64 " %" PRId64 " %" PRIu64 "\n", wall, cpu, cpu + served, sum);
    return 0;
}

int main(int argc, char **argv)
{
    long count = argc == 5 ? strtol(argv[2], NULL, 10) : 0;
    long warm_up = argc == 5 ? strtol(argv[3], NULL, 10) : 0;
    make_items();
    for (size_t i = 0; count > 0 && i < sizeof WORKLOADS / sizeof WORKLOADS[0]; i++) {
        if (strcmp(argv[1], WORKLOADS[i].name) == 0)
            return bench_run(&WORKLOADS[i], count, warm_up, argv[4]);
    }
    fprintf(stderr, "usage: %s WORKLOAD COUNT WARM_UP URL\n", argv[0]);
    return 2;
}

#endif
