/* SPDX-License-Identifier: MIT */
/*
 * The witness: tries to prove the analyser wrong. Random schemas, random queries, random data, and
 * the engine to tell what really comes out.
 *
 *     witness [--seed N] [--cases N | --seconds S] [--violations N | --keep-going]
 *             [--reads] [--verbose]
 *     witness --corpus FILE…
 *     witness --seeds FILE
 *
 * Case i has the seed N + i, and nothing else decides what is in it. Exit code 0: no violation.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gen.h"
#include "tally.h"

enum {
    QUERIES = 40,
    WRITES = 9, /* of them */
    RUNS = 2    /* of a query with parameters, per data set */
};

/* A case: one schema. */
struct trial {
    struct base base;
    struct strings schema;
    struct pool pool;
    struct rng rng;
    tn_arena arena;
    struct query queries[QUERIES];
    bool is_settled[QUERIES]; /* a violation was found: enough of it */
    unsigned count;
    uint64_t seed;
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static bool tell(struct tally *tally, struct trial *trial, unsigned i, const struct value *values,
                 const struct finding *finding)
{
    struct repro repro;
    char where[64];
    snprintf(where, sizeof where, "--seed %llu --cases 1, query %u",
             (unsigned long long)trial->seed, i);
    trial->is_settled[i] = true;
    repro_init(&repro, &trial->schema, &trial->base, &trial->queries[i], values, finding);
    bool is_enough = tally_violation(tally, &repro, where);
    repro_fini(&repro);
    return is_enough;
}

static bool make_queries(struct tally *tally, struct trial *trial)
{
    struct gen gen;
    struct finding finding;
    struct value none[MOST_PARAMS] = {{0}};
    gen_init(&gen, &trial->rng, &trial->arena, &trial->base.model, &trial->pool);
    for (unsigned i = 0; i < QUERIES; i++) {
        struct query *query = &trial->queries[trial->count];
        bool is_write = i < WRITES && !tally->options->is_readonly;
        const char *sql = is_write ? gen_dml(&gen) : gen_query(&gen);
        tally->generated++;
        if (!query_open(query, &trial->base, sql, &finding, &trial->arena)) {
            if (tally->options->is_verbose)
                printf("refused: %s: %s\n", sqlite3_errmsg(trial->base.db), sql);
            continue;
        }
        trial->is_settled[trial->count] = false;
        if (finding.wrong != WRONG_NOTHING && tell(tally, trial, trial->count, none, &finding)) {
            query_close(query);
            return true;
        }
        trial->count++;
    }
    return false;
}

static bool run_queries(struct tally *tally, struct trial *trial)
{
    struct value values[MOST_PARAMS];
    struct finding finding;
    for (unsigned i = 0; i < trial->count; i++) {
        struct query *query = &trial->queries[i];
        unsigned runs = query->params.count > 0 ? RUNS : 1;
        for (unsigned run = 0; run < runs && !trial->is_settled[i]; run++) {
            (void)query_values(query, &trial->pool, &trial->rng, values);
            query_run(query, &trial->base, values, &finding, &trial->arena);
            if (finding.wrong != WRONG_NOTHING && tell(tally, trial, i, values, &finding))
                return true;
        }
    }
    return false;
}

static bool run_case(struct tally *tally, uint64_t seed)
{
    struct trial *trial = calloc(1, sizeof *trial);
    tn_arena arena = TN_ARENA_INIT;
    bool is_enough;
    if (!trial)
        die("out of memory");
    trial->seed = seed;
    rng_init(&trial->rng, seed);
    base_open(&trial->base);
    gen_schema(&trial->schema, trial->base.db, &trial->rng, &trial->arena);
    base_read(&trial->base);
    pool_init(&trial->pool, (const char *const *)trial->schema.items, trial->schema.count,
              &trial->arena);
    tally->cases++;
    is_enough = make_queries(tally, trial);
    for (unsigned set = 0; set < DATA_SETS && !is_enough; set++) {
        tn_arena data = TN_ARENA_INIT;
        if (data_fill(trial->base.db, &trial->base.model, &trial->pool, set, &trial->rng, &data))
            is_enough = run_queries(tally, trial);
        sqlite3_exec(trial->base.db, "ROLLBACK", NULL, NULL, NULL);
        tn_arena_fini(&data);
    }
    for (unsigned i = 0; i < trial->count; i++) {
        tally_query(tally, &trial->queries[i], &arena);
        query_close(&trial->queries[i]);
    }
    base_close(&trial->base);
    strings_fini(&trial->schema);
    tn_arena_fini(&trial->arena);
    tn_arena_fini(&arena);
    free(trial);
    return is_enough;
}

static void run_cases(struct tally *tally)
{
    const struct options *options = tally->options;
    double end = now() + options->seconds;
    for (uint64_t i = 0; options->cases == 0 || i < options->cases; i++) {
        if (options->seconds > 0 && now() >= end)
            return;
        if (run_case(tally, options->seed + i))
            return;
    }
}

/* A file of seeds, one a line; what follows a # is for people. */
static void run_seeds(struct tally *tally, const char *path)
{
    char line[256];
    FILE *file = fopen(path, "r");
    if (!file)
        die("%s: %s", path, strerror(errno));
    while (fgets(line, sizeof line, file)) {
        char *end;
        unsigned long long seed = strtoull(line, &end, 10);
        if (end != line && run_case(tally, seed))
            break;
    }
    fclose(file);
}

static uint64_t number(const char *text)
{
    char *end;
    errno = 0;
    unsigned long long value = text ? strtoull(text, &end, 10) : 0;
    if (!text || end == text || *end || errno)
        die("a number is wanted");
    return value;
}

int main(int argc, char **argv)
{
    struct options options = {.seed = 1, .most_violations = 1};
    struct tally tally = {.options = &options};
    bool is_good = true;
    bool has_files = false;
    for (int i = 1; i < argc; i++) {
        const char *next = argv[i + 1];
        if (strcmp(argv[i], "--seed") == 0 && ++i)
            options.seed = number(next);
        else if (strcmp(argv[i], "--cases") == 0 && ++i)
            options.cases = number(next);
        else if (strcmp(argv[i], "--seconds") == 0 && ++i)
            options.seconds = (double)number(next);
        else if (strcmp(argv[i], "--violations") == 0 && ++i)
            options.most_violations = (unsigned)number(next);
        else if (strcmp(argv[i], "--keep-going") == 0)
            options.keep_going = true;
        else if (strcmp(argv[i], "--reads") == 0)
            options.is_readonly = true;
        else if (strcmp(argv[i], "--verbose") == 0)
            options.is_verbose = true;
        else if (strcmp(argv[i], "--seeds") == 0 && next && ++i)
            has_files = (run_seeds(&tally, next), true);
        else if (strcmp(argv[i], "--corpus") == 0 && next)
            while (i + 1 < argc && argv[i + 1][0] != '-' && ++i)
                has_files = (is_good &= corpus_run(&tally, argv[i]), true);
        else
            die("what is %s?", argv[i]);
    }
    if (!has_files) {
        if (options.cases == 0 && options.seconds <= 0)
            options.cases = 100;
        run_cases(&tally);
    }
    tally_print(&tally);
    is_good &= tally.violations == 0;
    tally_fini(&tally);
    return is_good ? 0 : 1;
}
