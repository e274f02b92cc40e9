/* SPDX-License-Identifier: MIT */
#include "check/pair/pair.h"
#include "util/alloc.h"
#include "util/str.h"

/* A query for both engines: whether they agree, and what they agree on. */

struct merge {
    struct tn__checked *checked;
    tn_arena *arena;
    struct tn__diags *diags;
    struct tn__query *query;
    struct tn__query *halves[2]; /* the query's, which are ours to change */
};

static const char help[] = "'-- engine: sqlite' or '-- engine: postgres' makes it one engine's";

/* message NULL: there was no memory for it. */
static struct tn__diag *differ(struct merge *m, struct tn__place place, const char *message)
{
    m->query->is_broken = true;
    if (!message)
        m->diags->status = TN_ENOMEM;
    return tn__diags_add(m->diags, "engines-differ", place, "%s", message ? message : "");
}

/* "int[]", "enum(open, done)", "int as user_id". NULL: no memory. */
static const char *words_of(const struct merge *m, struct tn__typing typing)
{
    const struct tn__enum *named = tn__checked_enum(m->checked, typing);
    const char *words = tn__type_word(typing.type);
    for (size_t i = 0; named && words && i < named->count; i++)
        words = tn__arena_printf(m->arena, "%s%s%.*s%s", words, i == 0 ? "(" : ", ",
                                 (int)named->texts[i].size, named->texts[i].data,
                                 i + 1 == named->count ? ")" : "");
    return words ? tn__arena_printf(m->arena, "%s%s%s%s", words, typing.is_array ? "[]" : "",
                                    typing.key ? " as " : "", typing.key ? typing.key->name : "")
                 : NULL;
}

/* Where each engine has the column from. */
static void note_origin(struct merge *m, struct tn__diag *diag, unsigned dialect, size_t i)
{
    const struct tn__query_column *column = &m->halves[dialect]->columns[i];
    const struct tn__checked *half = m->checked->halves[dialect];
    struct tn__place place = {half->migrations.source, 0, 0, 0};
    if (!column->table || !column->column)
        return;
    tn__origin_of_column(&place, &half->origins, column->table, column->column->name);
    tn__diag_note(m->diags, diag, place, "on %s it is '%s.%s'",
                  tn__engine_title(dialect ? TN__POSTGRES : TN__SQLITE), column->table->name,
                  column->column->name);
}

static void report_column(struct merge *m, size_t i)
{
    const struct tn__query_column *a = &m->halves[0]->columns[i];
    const struct tn__query_column *b = &m->halves[1]->columns[i];
    const char *left = words_of(m, a->typing);
    const char *right = words_of(m, b->typing);
    bool is_named = strcmp(a->member, b->member) != 0;
    bool is_typed = left && right && strcmp(left, right) != 0;
    const char *message =
        !left || !right ? NULL
        : is_named      ? tn__arena_printf(m->arena,
                                           "column %zu of '%s' is '%s' on SQLite and '%s' on PostgreSQL",
                                           i + 1, m->query->name, a->name, b->name)
        : is_typed
            ? tn__arena_printf(m->arena, "column '%s' of '%s' is %s on SQLite and %s on PostgreSQL",
                               a->name, m->query->name, left, right)
            : tn__arena_printf(m->arena, "column '%s' of '%s' is not the same on both engines",
                               a->name, m->query->name);
    struct tn__diag *diag = differ(m, a->place, message);
    tn__diag_help(m->diags, diag, "%s",
                  is_typed ? "[types] says what SQLite's column is; '-- column' what this one is"
                           : help);
    note_origin(m, diag, TN__SQLITE, i);
    note_origin(m, diag, TN__POSTGRES, i);
}

/* What is embedded is one struct. */
static bool is_embed_same(const struct merge *m, const struct tn__embed *a,
                          const struct tn__embed *b)
{
    if (!a || !b)
        return a == b;
    return strcmp(a->name, b->name) == 0 && a->first == b->first && a->count == b->count &&
           !a->has_member == !b->has_member && tn__pair_table(m->checked, a->table, b->table);
}

static void merge_columns(struct merge *m, struct tn__query_column *columns[3])
{
    for (size_t i = 0; i < m->query->column_count; i++) {
        struct tn__query_column *a = &columns[1][i];
        struct tn__query_column *b = &columns[2][i];
        struct tn__typing both;
        *a = m->halves[0]->columns[i];
        *b = m->halves[1]->columns[i];
        if (strcmp(a->member, b->member) != 0 || a->is_item != b->is_item ||
            !is_embed_same(m, a->embed, b->embed) ||
            !tn__pair_typing(&both, m->checked, a->typing, b->typing)) {
            report_column(m, i);
            return;
        }
        a->typing = both;
        b->typing = both;
        columns[0][i] = *a;
    }
}

/* A value goes into a parameter that takes anything, and NULL only where both take it. */
static bool pair_param(struct tn__typing *out, const struct merge *m, struct tn__typing sqlite,
                       struct tn__typing postgres)
{
    if (sqlite.type == TN__TYPE_ANY && postgres.type < TN__TYPE_UUID) {
        sqlite.type = postgres.type;
        sqlite.form = TN__FORM_ANY;
    }
    if (!tn__pair_typing(out, m->checked, sqlite, postgres))
        return false;
    out->is_nullable = sqlite.is_nullable && postgres.is_nullable;
    return true;
}

static void report_param(struct merge *m, size_t i)
{
    const struct tn__query_param *a = &m->halves[0]->params[i];
    const struct tn__query_param *b = &m->halves[1]->params[i];
    const char *left = words_of(m, a->typing);
    const char *right = words_of(m, b->typing);
    struct tn__diag *diag =
        differ(m, m->query->place,
               left && right
                   ? tn__arena_printf(m->arena,
                                      "parameter '%s' of '%s' is %s on SQLite and %s on PostgreSQL",
                                      a->name, m->query->name, left, right)
                   : NULL);
    tn__diag_help(m->diags, diag, "'-- param %s TYPE', or '-- engine:'", a->name);
}

static void merge_params(struct merge *m, struct tn__query_param *params[3])
{
    for (size_t i = 0; i < m->query->param_count; i++) {
        struct tn__query_param *a = &params[1][i];
        struct tn__query_param *b = &params[2][i];
        struct tn__typing both;
        *a = m->halves[0]->params[i];
        *b = m->halves[1]->params[i];
        if (strcmp(a->member, b->member) != 0 || a->is_list != b->is_list ||
            !pair_param(&both, m, a->typing, b->typing)) {
            report_param(m, i);
            return;
        }
        a->typing = both;
        b->typing = both;
        params[0][i] = *a;
    }
}

/* Of both, and of each half. */
static int new_arrays(struct tn__query_column *columns[3], struct tn__query_param *params[3],
                      const struct merge *m)
{
    for (size_t i = 0; i < 3; i++) {
        columns[i] = tn_arena_array(m->arena, m->query->column_count, sizeof(**columns));
        params[i] = tn_arena_array(m->arena, m->query->param_count, sizeof(**params));
        if (!columns[i] || !params[i])
            return TN_ENOMEM;
    }
    return TN_OK;
}

static bool is_counted(struct merge *m, size_t sqlite, size_t postgres, const char *what)
{
    if (sqlite == postgres)
        return true;
    struct tn__diag *diag =
        differ(m, m->query->place,
               tn__arena_printf(m->arena, "'%s' has %zu %s%s on SQLite and %zu on PostgreSQL",
                                m->query->name, sqlite, what, sqlite == 1 ? "" : "s", postgres));
    tn__diag_help(m->diags, diag, "%s", help);
    return false;
}

/* The row is a whole table's if it is on both. */
static void merge_row(struct merge *m)
{
    const struct tn__table *a = m->halves[0]->row_table;
    const struct tn__table *b = m->halves[1]->row_table;
    bool is_table = a && b && strcmp(a->name, b->name) == 0 && tn__pair_table(m->checked, a, b);
    m->query->row_table = is_table ? a : NULL;
}

static int merge_query(struct merge *m)
{
    struct tn__query_column *columns[3];
    struct tn__query_param *params[3];
    if (!is_counted(m, m->halves[0]->column_count, m->halves[1]->column_count, "column") ||
        !is_counted(m, m->halves[0]->param_count, m->halves[1]->param_count, "parameter"))
        return TN_OK;
    if (new_arrays(columns, params, m) != TN_OK)
        return TN_ENOMEM;
    merge_columns(m, columns);
    if (!m->query->is_broken)
        merge_params(m, params);
    if (m->query->is_broken)
        return TN_OK;
    m->query->columns = columns[0];
    m->query->params = params[0];
    for (size_t i = 0; i < 2; i++) {
        m->halves[i]->columns = columns[i + 1];
        m->halves[i]->params = params[i + 1];
    }
    /* What is said of the function is said of both. */
    m->query->is_readonly = m->halves[0]->is_readonly && m->halves[1]->is_readonly;
    m->query->is_single_row = m->halves[0]->is_single_row && m->halves[1]->is_single_row;
    merge_row(m);
    return TN_OK;
}

int tn__pair_merge(struct tn__checked *checked, tn_arena *arena, struct tn__diags *diags)
{
    for (size_t i = 0; i < checked->query_count; i++) {
        struct tn__query *query = &checked->queries[i];
        struct merge m = {checked, arena, diags, query, {query->halves[0], query->halves[1]}};
        if (query->is_broken || !query->halves[0])
            continue;
        if (merge_query(&m) != TN_OK)
            return TN_ENOMEM;
    }
    return TN_OK;
}
