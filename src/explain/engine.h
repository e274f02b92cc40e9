/* SPDX-License-Identifier: MIT */
#ifndef TN_EXPLAIN_ENGINE_H
#define TN_EXPLAIN_ENGINE_H

#include "explain/explain.h"

/* Between the files of src/explain: what is each engine's own. */

/* A statement that has no plan, by its first word. The engine does some of them while it prepares. */
struct tn__explain_refused {
    const char *word;
    const char *why;
};

/* A counter of a run. */
struct tn__explain_count {
    const char *words;                                   /* "rows scanned" */
    const char *key;                                     /* in the document */
    int64_t (*of)(const struct tn__stmt_counts *counts); /* -1: not told of */
    bool is_in_text;
};

struct tn__candidate;

struct tn__explain_engine {
    enum tn__dialect dialect;
    const struct tn__explain_refused *refused; /* ends with a NULL word */
    const struct tn__explain_count *counts;    /* ends with NULL words */
    /* Make explain->planned and explain->binds of the statement and of the parameters that are set. TN_OK, or
     * what the engine fails with. */
    int (*prepare)(struct tn__explain *explain, tn_error *err);
    /* Have an engine, the explained one or another, plan it. As tn__query_plan_read(). */
    int (*ask)(struct tn__query_plan *out, const struct tn__explain *explain,
               const struct tn__check_engine *engine, tn_arena *arena, tn_error *err);
    /* Run it in a transaction that is rolled back, and fill explain->run. */
    int (*analyze)(struct tn__explain *explain, tn_error *err);
    /* A private database with the schema and the statistics of the explained one. As tn__check_scratch(). NULL:
     * there is no such thing, for the reason in `why_no_copy`. */
    int (*copy)(struct tn__check_engine *out, const struct tn__explain *explain, tn_error *err);
    const char *why_no_copy;
    /* Write a name as SQL has it, and in front of it where it must be said which table or index it is. */
    void (*put_name)(struct tn__buf *out, const char *name);
    void (*put_table)(struct tn__buf *out, const struct tn__table *table);
    void (*put_index)(struct tn__buf *out, const struct tn__table *table, const char *name);
};
extern const struct tn__explain_engine tn__explain_sqlite;
extern const struct tn__explain_engine tn__explain_postgres;

const struct tn__explain_engine *tn__explain_engine_of(const struct tn__explain *explain);

#endif
