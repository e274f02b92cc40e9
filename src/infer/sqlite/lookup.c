/* SPDX-License-Identifier: MIT */
#include "infer/sqlite/resolve.h"

#include "util/str.h"

/* Names: of relations' columns, of result columns, of the scopes around. The order of looking is the
 * engine's (https://www.sqlite.org/src/file/src/resolve.c, lookupName). */

bool tn__source_is_using(const struct tn__source *source, tn_text name)
{
    for (uint32_t i = 0; i < source->using_count; i++)
        if (tn__text_equal_nocase(source->using_names[i], name))
            return true;
    return false;
}

/* Columns found so far in one scope. */
struct found {
    struct tn__ir_expr *merged; /* FULL JOIN: several columns in one */
    struct tn__ir_rel *rel;
    uint32_t index;
    uint32_t count;
};

/* Another column of a FULL JOIN's USING joins those before it. */
static void merge(struct tn__analysis *an, struct found *found, struct tn__ir_rel *rel,
                  uint32_t index, struct tn__sql_span span)
{
    struct tn__ir_expr *before =
        found->merged ? found->merged : tn__ir_column(an, found->rel, found->index, span);
    struct tn__ir_expr *merged = tn__ir_new(an, TN__IR_MERGED, 2, span);
    struct tn__ir_expr *column = tn__ir_column(an, rel, index, span);
    if (!before || !merged || !column)
        return;
    merged->args[0] = before;
    merged->args[1] = column;
    merged->affinity = before->affinity;
    found->merged = merged;
}

static void find_in(struct tn__analysis *an, struct found *found, const struct tn__source *source,
                    tn_text name, bool is_qualified, struct tn__sql_span span)
{
    uint32_t index = tn__rel_find(source->rel, name);
    if (index == UINT32_MAX)
        return;
    if (found->count > 0 && !is_qualified && tn__source_is_using(source, name)) {
        if (source->join == TN__JOIN_FULL)
            merge(an, found, source->rel, index, span);
        if (source->join != TN__JOIN_RIGHT)
            return;
        found->count = 0; /* of a RIGHT JOIN, the right one */
        found->merged = NULL;
    }
    if (found->count++ == 0) {
        found->rel = source->rel;
        found->index = index;
    }
}

struct tn__ir_expr *tn__lookup_here(struct tn__analysis *an, tn_text name,
                                    const struct tn__scope *scope, struct tn__sql_span span,
                                    uint32_t *out_count)
{
    struct found found = {0};
    for (uint32_t i = 0; i < scope->source_count; i++)
        find_in(an, &found, &scope->sources[i], name, false, span);
    *out_count = found.count;
    if (found.count == 0)
        return NULL;
    return found.merged ? found.merged : tn__ir_column(an, found.rel, found.index, span);
}

static bool is_named(const struct tn__source *source, const struct tn__ast_expr *name)
{
    if (!name->table.text.data)
        return !source->is_named_only;
    if (!source->name.data || !tn__text_equal_nocase(source->name, name->table.text))
        return false;
    return !name->schema.text.data || !source->schema.data ||
           tn__text_equal_nocase(source->schema, name->schema.text);
}

/* "'a.id' or 'b.id'"; NULL: there are no two names for it. */
static const char *choices(struct tn__analysis *an, const struct tn__ast_expr *name,
                           const struct tn__scope *scope)
{
    const char *list = NULL;
    const struct tn__source *last = NULL;
    bool has_two = false;
    for (uint32_t i = 0; i < scope->source_count; i++) {
        const struct tn__source *source = &scope->sources[i];
        if (!is_named(source, name) || !source->name.data ||
            tn__rel_find(source->rel, name->name.text) == UINT32_MAX)
            continue;
        if (last && tn__text_equal_nocase(last->name, source->name))
            return NULL;
        const char *one =
            tn__arena_printf(an->arena, "%s%s'%.*s.%.*s'", list ? list : "", list ? " or " : "",
                             (int)source->name.size, source->name.data, (int)name->name.text.size,
                             name->name.text.data);
        if (!one)
            an->status = TN_ENOMEM;
        has_two = list != NULL;
        list = one;
        last = source;
    }
    return has_two ? list : NULL;
}

/* The columns of one scope. *out_is_known: there is no need to look further out. */
static struct tn__ir_expr *look_in(struct tn__analysis *an, const struct tn__ast_expr *name,
                                   const struct tn__scope *scope, bool *out_is_known)
{
    struct found found = {0};
    const struct tn__source *last = NULL;
    const struct tn__source *opaque = NULL;
    uint32_t tables = 0;
    for (uint32_t i = 0; i < scope->source_count; i++) {
        const struct tn__source *source = &scope->sources[i];
        if (!is_named(source, name))
            continue;
        tables++;
        last = source;
        if (source->rel->kind == TN__IR_OPAQUE)
            opaque = source;
        find_in(an, &found, source, name->name.text, name->table.text.data != NULL, name->span);
    }
    *out_is_known = true;
    if (found.count > 1) {
        tn__fault_name(an, TN__NAME_AMBIGUOUS, name->name.span, name->name.text, NULL);
        if (an->last_fault && an->status == TN_OK)
            an->last_fault->choices = choices(an, name, scope);
        return NULL;
    }
    if (found.merged)
        return found.merged;
    if (found.count == 1)
        return tn__ir_column(an, found.rel, found.index, name->span);
    if (opaque) {
        struct tn__ir_expr *unknown = tn__ir_new(an, TN__IR_UNKNOWN, 0, name->span);
        if (unknown)
            unknown->reason = "its table is not an ordinary one";
        return unknown;
    }
    if (tables == 1 && tn__is_rowid_name(name->name.text) && tn__rel_has_rowid(last->rel))
        return tn__ir_column(an, last->rel, TN__IR_ROWID, name->span);
    if (!name->table.text.data) {
        for (uint32_t i = 0; i < scope->alias_count; i++)
            if (scope->aliases[i].name.data &&
                tn__text_equal_nocase(scope->aliases[i].name, name->name.text))
                return tn__ir_alias(an, scope->aliases[i].expr, name->span);
    }
    *out_is_known = false;
    return NULL;
}

static struct tn__ir_expr *constant(struct tn__analysis *an, struct tn__domain domain,
                                    const struct tn__ast_expr *name)
{
    struct tn__ir_expr *expr = tn__ir_new(an, TN__IR_CONST, 0, name->span);
    if (expr) {
        expr->domain = domain;
        expr->literal = name->name.text;
    }
    return expr;
}

/* The table that a qualifier names, or without one the only table that there is, for the finding; NULL
 * if it is none of the schema. */
static const struct tn__table *table_named(const struct tn__ast_expr *name,
                                           const struct tn__scope *scope)
{
    const struct tn__source *found = NULL;
    for (; scope; scope = scope->outer) {
        for (uint32_t i = 0; i < scope->source_count; i++) {
            if (!is_named(&scope->sources[i], name))
                continue;
            if (name->table.text.data)
                return scope->sources[i].rel->table;
            if (found)
                return NULL;
            found = &scope->sources[i];
        }
    }
    return found ? found->rel->table : NULL;
}

struct tn__ir_expr *tn__lookup(struct tn__analysis *an, const struct tn__ast_expr *name,
                               const struct tn__scope *scope)
{
    bool is_outside = false;
    for (const struct tn__scope *s = scope; s; s = s->outer) {
        bool is_known = false;
        struct tn__ir_expr *expr = look_in(an, name, s, &is_known);
        if (is_known && is_outside)
            tn__an_doubt(an, "a query of WITH uses a column from outside");
        if (is_known)
            return expr;
        /* The engine looks from where the query is used, not from where it is written. */
        is_outside = is_outside || s->is_with;
    }
    bool is_bare = !name->table.text.data;
    if (is_bare && !name->name.is_quoted &&
        (tn__text_is_nocase(name->name.text, "TRUE") ||
         tn__text_is_nocase(name->name.text, "FALSE")))
        return constant(an, tn__domain_logical(TN__CLASS_INT, TN__TYPE_BOOL), name);
    if (is_bare && name->name.is_dqs && scope->is_view)
        return constant(an, tn__domain_plain(TN__CLASS_TEXT), name);
    tn__fault_name(an, TN__NAME_NO_COLUMN, name->name.span, name->name.text,
                   table_named(name, scope));
    return NULL;
}

void tn__fault_name(struct tn__analysis *an, enum tn__name_fault_kind kind,
                    struct tn__sql_span span, tn_text name, const struct tn__table *table)
{
    if (!an->reason) {
        char *reason = tn__arena_printf(an->arena, "the name '%.*s' is not understood",
                                        (int)name.size, name.data);
        tn__an_doubt(an, reason ? reason : "a name in it is not understood");
    }
    struct tn__name_fault *fault = an->is_quiet ? NULL : TN__AN_NEW(an, struct tn__name_fault);
    if (!fault)
        return;
    *fault = (struct tn__name_fault){kind, span, name, table, NULL, NULL};
    if (an->last_fault)
        an->last_fault->next = fault;
    else
        an->faults = fault;
    an->last_fault = fault;
}
