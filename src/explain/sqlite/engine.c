/* SPDX-License-Identifier: MIT */
#include "explain/sqlite/sqlite.h"

#include "sql/statement.h"
#include "util/str.h"

/* SQLite as the engine that is explained. */

static const struct tn__explain_refused refused[] = {
    {"ALTER", "it changes the schema"},
    {"ANALYZE", "it makes statistics"},
    {"ATTACH", "it cannot be rolled back"},
    {"BEGIN", "it is no statement that reads or writes rows"},
    {"COMMIT", "it is no statement that reads or writes rows"},
    {"CREATE", "it changes the schema"},
    {"DETACH", "it cannot be rolled back"},
    {"DROP", "it changes the schema"},
    {"END", "it is no statement that reads or writes rows"},
    {"PRAGMA", "it cannot be rolled back"},
    {"REINDEX", "it makes indexes anew"},
    {"RELEASE", "it is no statement that reads or writes rows"},
    {"ROLLBACK", "it is no statement that reads or writes rows"},
    {"SAVEPOINT", "it is no statement that reads or writes rows"},
    {"VACUUM", "it cannot be rolled back"},
    {0},
};

static int64_t scanned(const struct tn__stmt_counts *counts)
{
    return counts->full_scan_steps;
}

static int64_t sorts(const struct tn__stmt_counts *counts)
{
    return counts->sorts;
}

static int64_t auto_index_rows(const struct tn__stmt_counts *counts)
{
    return counts->auto_index_rows;
}

static int64_t vm_steps(const struct tn__stmt_counts *counts)
{
    return counts->vm_steps;
}

static int64_t filter_hits(const struct tn__stmt_counts *counts)
{
    return counts->filter_hits;
}

static int64_t filter_misses(const struct tn__stmt_counts *counts)
{
    return counts->filter_misses;
}

static const struct tn__explain_count counts[] = {
    {"rows scanned", "scanned", scanned, true},
    {"sorts", "sorts", sorts, true},
    {"rows put into automatic indexes", "automatic_index_rows", auto_index_rows, true},
    {"steps of the engine", "vm_steps", vm_steps, true},
    {"rows that a filter of keys let through", "filter_hits", filter_hits, false},
    {"rows that a filter of keys held back", "filter_misses", filter_misses, false},
    {0},
};

/* The values of parameters, and the lists by name. */
static int prepare(struct tn__explain *explain, tn_error *err)
{
    struct tn__plan_bind *binds =
        tn_arena_array(explain->arena, explain->param_count, sizeof(*binds));
    if (!binds)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    explain->binds = binds;
    explain->bind_count = 0;
    for (size_t i = 0; i < explain->param_count; i++)
        if (explain->params[i].is_set && !explain->params[i].is_list)
            binds[explain->bind_count++] =
                (struct tn__plan_bind){(int)i + 1, explain->params[i].value};
    if (tn__explain_label_lists(explain) != TN_OK)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    return TN_OK;
}

/* --- names */

/* In quotes only where it must be. */
static void put_name(struct tn__buf *out, const char *name)
{
    tn_text text = tn_text_of(name);
    bool is_plain = text.size > 0 && tn__is_ident_start(text.data[0]) && !tn__sql_is_keyword(text);
    for (size_t i = 0; i < text.size && is_plain; i++)
        is_plain = tn__is_ident(text.data[i]);
    if (is_plain)
        tn__buf_text(out, text);
    else
        tn__buf_sql_name(out, text);
}

static void put_table(struct tn__buf *out, const struct tn__table *table)
{
    put_name(out, table->name);
}

static void put_index(struct tn__buf *out, const struct tn__table *table, const char *name)
{
    (void)table;
    put_name(out, name);
}

const struct tn__explain_engine tn__explain_sqlite = {
    .dialect = TN__SQLITE,
    .refused = refused,
    .counts = counts,
    .prepare = prepare,
    .ask = tn__explain_sqlite_ask,
    .analyze = tn__explain_sqlite_analyze,
    .copy = tn__explain_sqlite_copy,
    .put_name = put_name,
    .put_table = put_table,
    .put_index = put_index,
};
