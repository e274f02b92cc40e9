/* SPDX-License-Identifier: MIT */
#include "check/pair/pair.h"

#include <string.h>

/* The two runs, and the list of all queries. */

const char *tn__engine_title(enum tn__dialect dialect)
{
    return dialect == TN__POSTGRES ? "PostgreSQL" : "SQLite";
}

/* What one engine is asked. */
static struct tn__check_options half_of(const struct tn__check_options *options, unsigned dialect)
{
    struct tn__check_options half = *options;
    half.dialect = dialect == TN__POSTGRES ? TN__POSTGRES : TN__SQLITE;
    half.postgres_migrations = NULL;
    if (dialect == TN__POSTGRES)
        half.migrations_dir = options->postgres_migrations;
    return half;
}

/* Each half, with its findings aside, up to one that cannot be done. */
static int run_halves(struct tn__checked *const halves[2], const struct tn__check_options *options,
                      bool is_judging, tn_arena *arena, struct tn__diags aside[2], tn_error *err)
{
    int rc = TN_OK;
    for (unsigned i = 0; i < 2 && rc == TN_OK; i++) {
        const struct tn__check_options half = half_of(options, i);
        aside[i].levels = options->levels;
        rc = is_judging ? tn__check_judge(halves[i], &half, arena, &aside[i], err)
                        : tn__check_read(halves[i], &half, arena, &aside[i], err);
    }
    return rc;
}

static void begin_aside(struct tn__diags aside[2], tn_arena *arena)
{
    for (unsigned i = 0; i < 2; i++)
        tn__diags_init(&aside[i], arena);
}

static void end_aside(struct tn__diags aside[2])
{
    for (unsigned i = 0; i < 2; i++)
        tn__diags_fini(&aside[i]);
}

int tn__pair_read(struct tn__checked *out, const struct tn__check_options *options, tn_arena *arena,
                  struct tn__diags *diags, tn_error *err)
{
    struct tn__checked *halves = tn_arena_array(arena, 2, sizeof(*halves));
    struct tn__checked *const pointers[2] = {halves, halves ? halves + 1 : NULL};
    struct tn__diags aside[2];
    if (!halves)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    diags->levels = options->levels;
    begin_aside(aside, arena);
    int rc = run_halves(pointers, options, false, arena, aside, err);
    struct tn__checked checked = halves[TN__SQLITE];
    checked.halves[TN__SQLITE] = pointers[TN__SQLITE];
    checked.halves[TN__POSTGRES] = pointers[TN__POSTGRES];
    if (rc == TN_OK)
        rc = tn__pair_queries(&checked, arena);
    tn__pair_findings(diags, aside, &checked, options);
    end_aside(aside);
    if (rc == TN_OK)
        rc = diags->status;
    if (rc == TN_ENOMEM)
        return tn_error_set(err, rc, "out of memory");
    if (rc == TN_OK)
        *out = checked;
    return rc;
}

int tn__pair_judge(struct tn__checked *checked, const struct tn__check_options *options,
                   tn_arena *arena, struct tn__diags *diags, tn_error *err)
{
    struct tn__diags aside[2];
    begin_aside(aside, arena);
    int rc = run_halves(checked->halves, options, true, arena, aside, err);
    if (rc == TN_OK) {
        struct tn__checked *const *halves = checked->halves;
        struct tn__checked merged = *halves[TN__SQLITE];
        merged.halves[TN__SQLITE] = halves[TN__SQLITE];
        merged.halves[TN__POSTGRES] = halves[TN__POSTGRES];
        rc = tn__pair_queries(&merged, arena);
        *checked = merged;
    }
    tn__pair_findings(diags, aside, checked, options);
    end_aside(aside);
    if (rc == TN_OK)
        rc = tn__pair_types(checked, arena, diags);
    if (rc == TN_OK)
        rc = tn__pair_merge(checked, arena, diags);
    if (rc == TN_OK)
        rc = diags->status;
    return rc == TN_ENOMEM ? tn_error_set(err, rc, "out of memory") : rc;
}

/* --- the list of all queries -------------------------------------------------------------------- */

/* By file and place. The halves have the same files in the same order. */
static int compare(const struct tn__query *a, const struct tn__query *b)
{
    int order = strcmp(a->written.file->path, b->written.file->path);
    if (order != 0)
        return order;
    if (a->place.line != b->place.line)
        return a->place.line < b->place.line ? -1 : 1;
    return a->place.column < b->place.column ? -1 : a->place.column > b->place.column;
}

/* A query of a half, with the file of the other's list. */
static int copy_query(struct tn__query **out, const struct tn__checked *checked, unsigned dialect,
                      size_t i, tn_arena *arena)
{
    const struct tn__checked *half = checked->halves[dialect];
    struct tn__query *query = tn_arena_alloc(arena, sizeof(*query));
    if (!query)
        return TN_ENOMEM;
    *query = half->queries[i];
    query->written.file = &checked->files[query->written.file - half->files];
    *out = query;
    return TN_OK;
}

int tn__pair_queries(struct tn__checked *checked, tn_arena *arena)
{
    const struct tn__checked *a = checked->halves[TN__SQLITE];
    const struct tn__checked *b = checked->halves[TN__POSTGRES];
    struct tn__query *queries =
        tn_arena_array(arena, a->query_count + b->query_count, sizeof(*queries));
    size_t count = 0;
    if (!queries)
        return TN_ENOMEM;
    for (size_t i = 0, k = 0; i < a->query_count || k < b->query_count;) {
        int order = i == a->query_count   ? 1
                    : k == b->query_count ? -1
                                          : compare(&a->queries[i], &b->queries[k]);
        struct tn__query *halves[2] = {NULL, NULL};
        if (order <= 0 && copy_query(&halves[0], checked, TN__SQLITE, i++, arena) != TN_OK)
            return TN_ENOMEM;
        if (order >= 0 && copy_query(&halves[1], checked, TN__POSTGRES, k++, arena) != TN_OK)
            return TN_ENOMEM;
        struct tn__query *query = &queries[count++];
        *query = halves[0] ? *halves[0] : *halves[1];
        if (!halves[0] || !halves[1])
            continue;
        query->is_broken = halves[0]->is_broken || halves[1]->is_broken;
        query->halves[0] = halves[0];
        query->halves[1] = halves[1];
    }
    checked->queries = queries;
    checked->query_count = count;
    return TN_OK;
}
