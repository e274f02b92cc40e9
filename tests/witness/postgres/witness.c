/* SPDX-License-Identifier: MIT */
/*
 * The witness on PostgreSQL: tries to prove the analyser wrong, on a private server. Random
 * schemas, random queries, random data, and the server to tell what really comes out.
 *
 *     witness_postgres [--seed N] [--cases N | --seconds S] [--violations N | --keep-going]
 *                      [--verbose]
 *     witness_postgres --seeds FILE
 *
 * Case i has the seed N + i, and nothing else decides what is in it. Exit code 0: no violation.
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ask.h"
#include "gen.h"
#include "schema.h"

enum {
    QUERIES = 50,
    WRITES = 17, /* of them */
    RUNS = 2     /* of a query with parameters, per data set */
};

struct options {
    uint64_t seed;
    uint64_t cases;
    double seconds;
    unsigned most_violations;
    bool keep_going;
    bool is_verbose;
};

/* What was done and seen. */
struct tally {
    const struct options *options;
    uint64_t cases, generated, accepted, certain, writes;
    uint64_t runs, errors, rows, values;
    uint64_t columns, proven, nullable, never_null;
    uint64_t single, has_row, maybe_single;
    uint64_t violations;
    uint64_t falls; /* of the server */
    unsigned by_wrong[WRONGS];
    struct strings seen; /* violations, by what is left after shrinking */
};

struct trial {
    struct place *place;
    struct rng rng;
    tn_arena arena;
    struct query queries[QUERIES];
    unsigned count;
    bool is_reader;
    uint64_t seed;
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* --- violations */

/* Digits away: what is the same bug looks more the same. */
static const char *shape(const struct repro *repro, tn_arena *arena)
{
    const char *full = fmt(arena, "%d %s", (int)repro->finding.wrong, repro->sql);
    char *text = need(arena, strlen(full) + 1, 1);
    size_t size = 0;
    for (const char *c = full; *c; c++)
        if (!isdigit((unsigned char)*c) || c < full + 2)
            text[size++] = *c;
    return text;
}

static void tell(struct tally *tally, struct trial *trial, unsigned i, const char *const *values,
                 const struct finding *finding)
{
    struct repro repro = {.place = trial->place, .arena = TN_ARENA_INIT, .finding = *finding};
    bool is_new = true;
    repro.is_reader = trial->is_reader;
    repro.sql = strdup(trial->queries[i].sql);
    if (!repro.sql)
        die("out of memory");
    memcpy(repro.values, values, trial->queries[i].param_count * sizeof *values);
    tally->violations++;
    tally->by_wrong[finding->wrong]++;
    repro_shrink(&repro);
    const char *key = shape(&repro, &repro.arena);
    for (size_t k = 0; k < tally->seen.count; k++)
        is_new = is_new && strcmp(tally->seen.items[k], key) != 0;
    if (is_new) {
        strings_add(&tally->seen, key);
        printf("\n== --seed %" PRIu64 " --cases 1: %s\n-- %s\n", trial->seed,
               wrong_words[repro.finding.wrong], trial->queries[i].sql);
        repro_print(&repro);
    }
    free(repro.sql);
    tn_arena_fini(&repro.arena);
}

/* --- a case */

/* True: a violation, which ends the case. */
static bool make_queries(struct tally *tally, struct trial *trial)
{
    struct gen gen;
    struct finding finding;
    const char *none[MOST_PARAMS] = {NULL};
    gen_init(&gen, &trial->rng, &trial->arena, &trial->place->catalog);
    for (unsigned i = 0; i < QUERIES; i++) {
        struct query *query = &trial->queries[trial->count];
        gen.has_params = rng_chance(&trial->rng, 40);
        const char *sql = i < WRITES ? gen_write(&gen) : gen_query(&gen);
        tally->generated++;
        if (!query_open(query, trial->place, sql, &finding, &trial->arena)) {
            if (tally->options->is_verbose)
                printf("refused: %s: %s\n", trial->place->err.message, sql);
            continue;
        }
        tally->writes += i < WRITES;
        if (finding.wrong != WRONG_NOTHING) {
            tell(tally, trial, trial->count, none, &finding);
            return true;
        }
        trial->count++;
    }
    return false;
}

static bool run_queries(struct tally *tally, struct trial *trial)
{
    const char *values[MOST_PARAMS] = {NULL};
    struct finding finding;
    for (unsigned i = 0; i < trial->count; i++) {
        struct query *query = &trial->queries[i];
        unsigned runs = query->param_count > 0 ? RUNS : 1;
        for (unsigned run = 0; run < runs; run++) {
            if (place_is_lost(trial->place))
                return true;
            query_values(query, values, &trial->rng);
            query_run(query, trial->place, values, &finding, &trial->arena);
            if (place_is_lost(trial->place))
                printf("\n== --seed %" PRIu64 " --cases 1: the server falls\n-- %s\n", trial->seed,
                       query->sql);
            if (finding.wrong != WRONG_NOTHING) {
                tell(tally, trial, i, values, &finding);
                return true;
            }
        }
    }
    return false;
}

static void empty_tables(struct place *place, size_t script_count)
{
    tn_arena arena = TN_ARENA_INIT;
    /* Without triggers, foreign keys and rules; TRUNCATE makes new files each time. */
    (void)place_run(place, "SET session_replication_role = replica");
    for (size_t i = 0; i < place->catalog.table_count; i++) {
        const struct tn__table *table = &place->catalog.tables[i];
        if (table->kind == TN__TABLE && strcmp(table->schema, "public") == 0)
            (void)place_run(place, fmt(&arena, "DELETE FROM ONLY %s", table->label));
    }
    (void)place_run(place, "RESET session_replication_role");
    for (; place->script.count > script_count; place->script.count--)
        free(place->script.items[place->script.count - 1]);
    tn_arena_fini(&arena);
}

static void tally_query(struct tally *tally, const struct query *query)
{
    const struct tn__analysed *answer = &query->answer;
    tally->accepted++;
    tally->values += query->values;
    tally->rows += query->rows;
    tally->runs += query->runs;
    tally->errors += query->errors;
    if (query->error && tally->options->is_verbose)
        printf("error: %s: %s\n", query->error, query->sql);
    if (!answer->is_certain) {
        if (tally->options->is_verbose)
            printf("not understood: %s: %s\n", answer->reason, query->sql);
        return;
    }
    tally->certain++;
    tally->single += answer->is_single_row;
    tally->has_row += answer->has_row;
    tally->maybe_single += !answer->is_single_row && query->rows <= query->runs;
    for (unsigned i = 0; i < query->column_count && i < answer->column_count; i++) {
        bool may_be = (answer->columns[i].domain.classes & TN__CLASS_NULL) != 0;
        tally->columns++;
        tally->proven += !may_be;
        tally->nullable += may_be && query->rows > 0;
        if (!may_be || query->rows == 0 || query->seen_null[i])
            continue;
        tally->never_null++;
        if (tally->options->is_verbose)
            printf("never NULL: column %u: %s\n", i + 1, query->sql);
    }
}

static void run_case(struct tally *tally, struct place *place, uint64_t seed)
{
    struct trial *trial = calloc(1, sizeof *trial);
    if (!trial)
        die("out of memory");
    trial->seed = seed;
    trial->place = place;
    rng_init(&trial->rng, seed);
    place_clear(place);
    schema_make(place, &trial->rng);
    size_t script_count = place->script.count;
    tally->cases++;
    bool is_over = make_queries(tally, trial);
    for (unsigned set = 0; set < DATA_SETS && !is_over; set++) {
        place_play(place, false);
        empty_tables(place, script_count);
        data_fill(place, set, &trial->rng);
        trial->is_reader = rng_chance(&trial->rng, 50);
        place_play(place, trial->is_reader);
        is_over = run_queries(tally, trial);
    }
    for (unsigned i = 0; i < trial->count; i++)
        tally_query(tally, &trial->queries[i]);
    if (place_is_lost(place)) {
        tally->falls++;
        place_mend(place);
    }
    tn_arena_fini(&trial->arena);
    free(trial);
}

static bool is_enough(const struct tally *tally)
{
    const struct options *options = tally->options;
    return !options->keep_going && tally->violations >= options->most_violations;
}

static void run_cases(struct tally *tally, struct place *place)
{
    const struct options *options = tally->options;
    double end = now() + options->seconds;
    for (uint64_t i = 0; options->cases == 0 || i < options->cases; i++) {
        if ((options->seconds > 0 && now() >= end) || is_enough(tally))
            return;
        run_case(tally, place, options->seed + i);
    }
}

/* A file of seeds, one a line; what follows a # is for people. */
static void run_seeds(struct tally *tally, struct place *place, const char *path)
{
    char line[256];
    FILE *file = fopen(path, "r");
    if (!file)
        die("%s: %s", path, strerror(errno));
    while (fgets(line, sizeof line, file) && !is_enough(tally)) {
        char *end;
        unsigned long long seed = strtoull(line, &end, 10);
        if (end != line)
            run_case(tally, place, seed);
    }
    fclose(file);
}

static uint64_t percent(uint64_t part, uint64_t whole)
{
    return whole > 0 ? 100 * part / whole : 0;
}

static void print(const struct tally *t)
{
    printf("\n%" PRIu64 " schemas, %" PRIu64 " statements, %" PRIu64
           " accepted by the server (%" PRIu64 " %%), %" PRIu64 " understood (%" PRIu64
           " %%), %" PRIu64 " of them write\n",
           t->cases, t->generated, t->accepted, percent(t->accepted, t->generated), t->certain,
           percent(t->certain, t->accepted), t->writes);
    printf("%" PRIu64 " runs, %" PRIu64 " ended by an error (%" PRIu64 " %%), %" PRIu64
           " rows, %" PRIu64 " values\n",
           t->runs + t->errors, t->errors, percent(t->errors, t->runs + t->errors), t->rows,
           t->values);
    printf("%" PRIu64 " columns, %" PRIu64 " %% of them proven NOT NULL; of %" PRIu64
           " nullable ones with rows %" PRIu64 " %% never were NULL\n",
           t->columns, percent(t->proven, t->columns), t->nullable,
           percent(t->never_null, t->nullable));
    printf("%" PRIu64 " of one row at most, %" PRIu64 " more never gave two; %" PRIu64
           " of one row at least\n",
           t->single, t->maybe_single, t->has_row);
    for (unsigned i = 1; i < WRONGS; i++)
        if (t->by_wrong[i] > 0)
            printf("%8u  violations: %s\n", t->by_wrong[i], wrong_words[i]);
    if (t->falls > 0)
        printf("%" PRIu64 " times the server has fallen\n", t->falls);
    printf("%" PRIu64 " violations, %zu distinct\n", t->violations, t->seen.count);
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
    const char *seeds = NULL;
    static struct place place;
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
        else if (strcmp(argv[i], "--verbose") == 0)
            options.is_verbose = true;
        else if (strcmp(argv[i], "--seeds") == 0 && next && ++i)
            seeds = next;
        else
            die("what is %s?", argv[i]);
    }
    if (options.cases == 0 && options.seconds <= 0)
        options.cases = 20;
    place_open(&place);
    if (seeds)
        run_seeds(&tally, &place, seeds);
    else
        run_cases(&tally, &place);
    place_close(&place);
    print(&tally);
    strings_fini(&tally.seen);
    return tally.violations == 0 ? 0 : 1;
}
