/* SPDX-License-Identifier: MIT */
#include "corpus.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ROUNDS = 4, /* times all data sets */
    RUNS = 3    /* of a query with parameters */
};

struct run {
    struct tally *tally;
    struct corpus corpus;
    const char *path;
    struct base base;
    struct pool pool;
    struct rng rng;
    struct query *queries; /* as the entries; without a statement: refused */
    bool *is_settled;
    tn_arena arena;
    bool is_good;
};

static void complain(struct run *run, const struct entry *entry, const char *what)
{
    printf("%s:%u: %s\n", run->path, entry->line, what);
    run->is_good = false;
}

static void tell(struct run *run, unsigned i, const struct value *values,
                 const struct finding *finding)
{
    struct repro repro;
    run->is_settled[i] = true;
    run->is_good = false;
    repro_init(&repro, &run->corpus.schema, &run->base, &run->queries[i], values, finding);
    (void)tally_violation(run->tally, &repro,
                          fmt(&run->arena, "%s:%u", run->path, run->corpus.entries[i].line));
    repro_fini(&repro);
}

static void open_queries(struct run *run)
{
    struct finding finding;
    struct value none[MOST_PARAMS] = {{0}};
    for (unsigned i = 0; i < run->corpus.count; i++) {
        run->tally->generated++;
        if (!query_open(&run->queries[i], &run->base, run->corpus.entries[i].sql, &finding,
                        &run->arena)) {
            complain(
                run, &run->corpus.entries[i],
                fmt(&run->arena, "the engine does not take it: %s", sqlite3_errmsg(run->base.db)));
            run->is_settled[i] = true;
        } else if (finding.wrong != WRONG_NOTHING) {
            tell(run, i, none, &finding);
        }
    }
}

static void run_queries(struct run *run)
{
    struct value values[MOST_PARAMS];
    struct finding finding;
    for (unsigned i = 0; i < run->corpus.count; i++) {
        struct query *query = &run->queries[i];
        unsigned runs = query->params.count > 0 ? RUNS : 1;
        for (unsigned j = 0; j < runs && !run->is_settled[i]; j++) {
            (void)query_values(query, &run->pool, &run->rng, values);
            query_run(query, &run->base, values, &finding, &run->arena);
            if (finding.wrong != WRONG_NOTHING)
                tell(run, i, values, &finding);
        }
    }
}

/* --- expectations --------------------------------------------------------------------------------- */

/* REAL with or without Inf is the same here. */
static tn__classes coarse(tn__classes classes)
{
    return classes & TN__CLASS_REALS ? classes | TN__CLASS_REALS : classes;
}

static void check_column(struct run *run, const struct entry *entry, const struct query *query,
                         unsigned i)
{
    tn_arena *arena = &run->arena;
    const struct expected *expected = &entry->columns[i];
    tn__classes wanted = coarse(expected->classes);
    tn__classes seen = coarse(query->seen[i]);
    const char *name = sqlite3_column_name(query->stmt, (int)i);
    if (strcmp(name, expected->name) != 0)
        complain(run, entry, fmt(arena, "the column is '%s', not '%s'", name, expected->name));
    if (seen & ~wanted)
        complain(run, entry,
                 fmt(arena, "'%s' is expected to be {%s}, and the engine gives {%s}", name,
                     classes_text(expected->classes, arena), classes_text(query->seen[i], arena)));
    if ((wanted & ~seen) && run->tally->options->is_verbose)
        printf("%s:%u: not seen: '%s' {%s} of {%s}\n", run->path, entry->line, name,
               classes_text(wanted & ~seen & ~(tn__classes)TN__CLASS_INF, arena),
               classes_text(expected->classes, arena));
    if (!query->is_understood)
        return;
    tn__classes inferred = coarse(query->answer.columns[i].domain.classes);
    if (wanted & ~inferred) {
        struct finding finding = {WRONG_CLAIM, i, query->answer.columns[i].domain.classes,
                                  classes_text(expected->classes, arena)};
        run->tally->by_wrong[finding.wrong]++;
        run->tally->violations++;
        complain(run, entry,
                 fmt(arena, "a claim too strong: '%s' is {%s}, expected {%s}", name,
                     classes_text(finding.inferred, arena), finding.seen));
    } else if (inferred & ~wanted) {
        bool is_null = (inferred & ~wanted & TN__CLASS_NULL) != 0;
        run->tally->loose += 1;
        run->tally->loose_null += is_null;
        printf("%s:%u: %s: '%s' is {%s}, expected {%s}%s%s\n", run->path, entry->line,
               is_null ? "nullable" : "wide", name,
               classes_text(query->answer.columns[i].domain.classes, arena),
               classes_text(expected->classes, arena), query->answer.columns[i].reason ? ": " : "",
               query->answer.columns[i].reason ? query->answer.columns[i].reason : "");
    }
}

static void check(struct run *run, const struct entry *entry, const struct query *query)
{
    if (!entry->has_expectation || !query->stmt)
        return;
    if (entry->count != query->column_count) {
        complain(run, entry, fmt(&run->arena, "there are %u columns", query->column_count));
        return;
    }
    if (!query->is_understood)
        printf("%s:%u: not understood: %s\n", run->path, entry->line,
               query->answer.reason ? query->answer.reason : "no reason");
    for (unsigned i = 0; i < entry->count; i++) {
        run->tally->expected++;
        check_column(run, entry, query, i);
    }
    if (!entry->has_flags || !query->is_understood)
        return;
    if ((query->answer.is_single_row && !entry->is_single) ||
        (query->answer.has_row && !entry->has_row))
        complain(run, entry, "more is claimed of its rows than expected");
    if ((!query->answer.is_single_row && entry->is_single) ||
        (!query->answer.has_row && entry->has_row)) {
        printf("%s:%u: less is known of its rows than expected:%s%s\n", run->path, entry->line,
               !query->answer.is_single_row && entry->is_single ? " single" : "",
               !query->answer.has_row && entry->has_row ? " row" : "");
        run->tally->loose_rows++;
    }
}

static void begin(struct run *run)
{
    const char **texts =
        need(&run->arena, run->corpus.schema.count + run->corpus.count, sizeof *texts);
    size_t count = 0;
    base_open(&run->base);
    for (size_t i = 0; i < run->corpus.schema.count; i++) {
        texts[count++] = run->corpus.schema.items[i];
        if (sqlite3_exec(run->base.db, run->corpus.schema.items[i], NULL, NULL, NULL) != SQLITE_OK)
            die("%s: %s: %s", run->path, sqlite3_errmsg(run->base.db), run->corpus.schema.items[i]);
    }
    for (unsigned i = 0; i < run->corpus.count; i++)
        texts[count++] = run->corpus.entries[i].sql;
    base_read(&run->base);
    pool_init(&run->pool, texts, count, &run->arena);
    rng_init(&run->rng, 20);
    run->tally->cases++;
}

bool corpus_run(struct tally *tally, const char *path)
{
    struct run run = {.tally = tally, .path = path, .arena = TN_ARENA_INIT, .is_good = true};
    corpus_read(&run.corpus, path);
    run.queries = need(&run.arena, run.corpus.count, sizeof *run.queries);
    run.is_settled = need(&run.arena, run.corpus.count, sizeof *run.is_settled);
    begin(&run);
    open_queries(&run);
    for (unsigned set = 0; set < ROUNDS * DATA_SETS; set++) {
        tn_arena data = TN_ARENA_INIT;
        if (data_fill(run.base.db, &run.base.model, &run.pool, set, &run.rng, &data))
            run_queries(&run);
        sqlite3_exec(run.base.db, "ROLLBACK", NULL, NULL, NULL);
        tn_arena_fini(&data);
    }
    for (unsigned i = 0; i < run.corpus.count; i++) {
        check(&run, &run.corpus.entries[i], &run.queries[i]);
        if (run.queries[i].stmt)
            tally_query(tally, &run.queries[i], &run.arena);
        query_close(&run.queries[i]);
    }
    base_close(&run.base);
    corpus_fini(&run.corpus);
    tn_arena_fini(&run.arena);
    return run.is_good;
}
