/* SPDX-License-Identifier: MIT */
#include "infer/sqlite/resolve.h"

#include "util/str.h"

/* FROM: relations and joins. */

enum {
    DEPTH_MAX = 1000 /* of views over views */
};

static struct tn__ir_rel *new_leaf(struct tn__analysis *an, struct tn__scope *scope,
                                   enum tn__ir_rel_kind kind)
{
    struct tn__ir_rel *rel = TN__AN_NEW(an, struct tn__ir_rel);
    if (!rel)
        return NULL;
    rel->kind = kind;
    rel->block = scope->block;
    rel->first_leaf = scope->block->leaf_count;
    rel->leaf_end = rel->first_leaf + 1;
    return rel;
}

/* Room for what is known of the columns. */
static bool add_leaf(struct tn__analysis *an, struct tn__scope *scope, struct tn__ir_rel *rel)
{
    rel->asserted = tn__an_new(an, (size_t)rel->column_count + 1, sizeof(*rel->asserted));
    rel->proven = tn__an_new(an, (size_t)rel->column_count + 1, sizeof(*rel->proven));
    if (!rel->asserted || !rel->proven)
        return false;
    scope->block->leaves[scope->block->leaf_count++] = rel;
    return true;
}

/* --- what a name stands for */

static const struct tn__named_query *find_named(const struct tn__scope *scope, tn_text name)
{
    for (const struct tn__named_query *n = scope->named; n; n = n->next)
        if (tn__text_equal_nocase(n->name, name))
            return n;
    return NULL;
}

/* The query of a view: resolved once for the statement. NULL: it cannot be. */
static struct tn__ir_query *resolve_view(struct tn__analysis *an, const struct tn__table *view,
                                         const struct tn__scope *scope)
{
    struct tn__named_query *named = tn__map_get(&an->views, tn_text_of(view->name));
    if (named)
        return named->is_resolving ? NULL : named->query;
    named = TN__AN_NEW(an, struct tn__named_query);
    if (!named || tn__map_put(&an->views, tn_text_of(view->name), named) != TN_OK) {
        an->status = TN_ENOMEM;
        return NULL;
    }
    if (!view->stmt || !view->stmt->select || scope->depth > DEPTH_MAX)
        return NULL;
    struct tn__scope inner = {.text = view->text, .is_view = true, .depth = scope->depth + 1};
    bool was_quiet = an->is_quiet;
    const char *reason = an->reason;
    an->is_quiet = true;
    an->reason = NULL;
    named->is_resolving = true;
    struct tn__ir_query *query = tn__resolve_query(an, view->stmt->select, &inner);
    named->is_resolving = false;
    /* A view that is not understood makes its own columns unknown, and nothing else. */
    if (query && !an->reason && query->column_count == view->column_count)
        named->query = query;
    an->reason = reason;
    an->is_quiet = was_quiet;
    query = named->query;
    if (query)
        query->is_view = true;
    for (uint32_t i = 0; query && i < query->column_count; i++)
        query->columns[i].name = tn_text_of(view->columns[i].name);
    return named->query;
}

static struct tn__ir_rel *table_leaf(struct tn__analysis *an, struct tn__scope *scope,
                                     const struct tn__table *table)
{
    struct tn__ir_query *query = table->kind == TN__VIEW ? resolve_view(an, table, scope) : NULL;
    struct tn__ir_rel *rel = new_leaf(an, scope, query ? TN__IR_DERIVED : TN__IR_TABLE);
    if (!rel)
        return NULL;
    rel->table = table;
    rel->query = query;
    if (query)
        query->uses++;
    rel->column_count = (uint32_t)table->column_count;
    if (table->kind == TN__TABLE &&
        tn__map_put(&an->tables, tn_text_of(table->name), (void *)(uintptr_t)table) != TN_OK)
        an->status = TN_ENOMEM;
    return add_leaf(an, scope, rel) ? rel : NULL;
}

static struct tn__ir_rel *opaque_leaf(struct tn__analysis *an, struct tn__scope *scope)
{
    struct tn__ir_rel *rel = new_leaf(an, scope, TN__IR_OPAQUE);
    return rel && add_leaf(an, scope, rel) ? rel : NULL;
}

static struct tn__ir_rel *query_leaf(struct tn__analysis *an, struct tn__scope *scope,
                                     struct tn__ir_query *query)
{
    struct tn__ir_rel *rel = query ? new_leaf(an, scope, TN__IR_DERIVED) : NULL;
    if (!rel)
        return NULL;
    rel->query = query;
    query->uses++;
    rel->column_count = query->column_count;
    return add_leaf(an, scope, rel) ? rel : NULL;
}

static struct tn__ir_rel *named_leaf(struct tn__analysis *an, struct tn__scope *scope,
                                     const struct tn__ast_source *source)
{
    const struct tn__named_query *found =
        source->schema.text.data ? NULL : find_named(scope, source->name.text);
    if (found) {
        /* The list is read-only to all but the one who resolves what is in it. */
        struct tn__named_query *named = (struct tn__named_query *)(uintptr_t)found;
        if (named->is_resolving && named->query)
            named->query->is_recursive = true;
        else if (!named->query)
            tn__resolve_cte(an, named);
        return query_leaf(an, scope, named->query);
    }
    uint32_t count = 0;
    const struct tn__table *table = tn__catalog_table(an->options->catalog, source->name.text);
    bool is_main = !source->schema.text.data || tn__text_is_nocase(source->schema.text, "main");
    if (table && is_main)
        return table_leaf(an, scope, table);
    const struct tn__ir_column *columns =
        is_main ? tn__called_columns(an, source->name.text, &count) : NULL;
    if (!columns) {
        tn__fault_name(an, TN__NAME_NO_TABLE, source->name.span, source->name.text, NULL);
        return opaque_leaf(an, scope);
    }
    struct tn__ir_rel *rel = new_leaf(an, scope, TN__IR_CALLED);
    if (!rel)
        return NULL;
    rel->columns = columns;
    rel->column_count = count;
    return add_leaf(an, scope, rel) ? rel : NULL;
}

/* --- sources and joins */

static struct tn__source *add_source(struct tn__scope *scope, const struct tn__ast_source *source,
                                     struct tn__ir_rel *rel)
{
    struct tn__source *added = &scope->sources[scope->source_count++];
    *added = (struct tn__source){.rel = rel};
    added->name = source->alias.text.data ? source->alias.text : source->name.text;
    if (!source->alias.text.data)
        added->schema = source->schema.text;
    rel->name = added->name;
    rel->span = source->span;
    rel->name_span = source->name.text.data ? source->name.span : source->span;
    return added;
}

static size_t count_sources(const struct tn__ast_sources *from)
{
    size_t count = 0;
    for (const struct tn__ast_source *s = from->first; s; s = s->next)
        count += s->kind == TN__SOURCE_JOIN ? count_sources(&s->inner) : 1;
    return count;
}

static struct tn__ir_rel *resolve_sources(struct tn__analysis *an,
                                          const struct tn__ast_sources *from,
                                          struct tn__scope *scope, bool is_nested);

/* One source: a leaf, or a join in parentheses. */
static struct tn__ir_rel *resolve_source(struct tn__analysis *an,
                                         const struct tn__ast_source *source,
                                         struct tn__scope *scope)
{
    if (source->kind == TN__SOURCE_JOIN && !source->alias.text.data) {
        const struct tn__ast_sources *inner = &source->inner;
        /* a JOIN (b AS c): 3.40 calls it b. */
        if (inner->count == 1 && inner->first->alias.text.data && scope->source_count > 0)
            tn__an_doubt(an, "an alias of a table in parentheses");
        return resolve_sources(an, inner, scope, true);
    }
    struct tn__ir_rel *rel;
    if (source->kind == TN__SOURCE_SELECT || source->kind == TN__SOURCE_JOIN) {
        struct tn__scope inner = tn__scope_inside(scope, scope->outer);
        inner.is_with = scope->is_with;
        const struct tn__ast_select *select =
            source->kind == TN__SOURCE_SELECT ? source->select
                                              : tn__select_star(an, &source->inner, source->span);
        rel = select ? query_leaf(an, scope, tn__resolve_query(an, select, &inner)) : NULL;
    } else {
        rel = named_leaf(an, scope, source);
    }
    if (rel)
        add_source(scope, source, rel);
    return rel;
}

static struct tn__ir_rel *new_join(struct tn__analysis *an, struct tn__scope *scope,
                                   struct tn__ir_rel *left, struct tn__ir_rel *right,
                                   enum tn__ast_join kind)
{
    struct tn__ir_rel *join = TN__AN_NEW(an, struct tn__ir_rel);
    if (!join)
        return NULL;
    bool is_inner = kind == TN__JOIN_COMMA || kind == TN__JOIN_CROSS;
    join->kind = TN__IR_JOIN;
    scope->block->has_right = scope->block->has_right || kind >= TN__JOIN_RIGHT;
    join->block = scope->block;
    join->join = is_inner ? TN__JOIN_INNER : kind;
    join->is_cross = kind == TN__JOIN_CROSS;
    join->left = left;
    join->right = right;
    join->first_leaf = left->first_leaf;
    join->leaf_end = right->leaf_end;
    left->parent = join;
    right->parent = join;
    scope->block->joins[scope->block->join_count++] = join;
    return join;
}

/* The column names that a NATURAL JOIN, or USING, compares. */
static bool read_using(struct tn__analysis *an, const struct tn__ast_source *source,
                       const struct tn__scope *scope, uint32_t begin, uint32_t first,
                       struct tn__source *right)
{
    uint32_t count = 0;
    size_t most = source->using_names.count;
    if (source->is_natural) {
        if (source->has_using)
            tn__an_doubt(an, "NATURAL JOIN with USING");
        most += right->rel->column_count;
    }
    tn_text *names = tn__an_new(an, most, sizeof(*names));
    if (!names)
        return false;
    for (const struct tn__ast_name_item *n = source->using_names.first; n; n = n->next)
        names[count++] = n->name.text;
    for (uint32_t c = 0; source->is_natural && c < right->rel->column_count; c++) {
        tn_text name = tn__rel_column_name(right->rel, c);
        bool is_common = false;
        for (uint32_t i = begin; i < first && !tn__rel_is_hidden(right->rel, c); i++) {
            uint32_t index = tn__rel_find(scope->sources[i].rel, name);
            is_common = is_common ||
                        (index != UINT32_MAX && !tn__rel_is_hidden(scope->sources[i].rel, index));
        }
        if (is_common)
            names[count++] = name;
    }
    for (uint32_t i = begin; i <= first; i++)
        for (uint32_t c = 0; source->is_natural && c < scope->sources[i].rel->column_count; c++)
            if (tn__rel_column_name(scope->sources[i].rel, c).size == 0)
                tn__an_doubt(an, "NATURAL JOIN by names that are not certain");
    right->using_names = names;
    right->using_count = count;
    return true;
}

/* left.c = right.c AND …, as USING says. */
static bool add_using(struct tn__analysis *an, const struct tn__scope *scope, uint32_t begin,
                      uint32_t first, struct tn__source *right, struct tn__ir_rel *join,
                      struct tn__sql_span span)
{
    struct tn__scope before = *scope; /* what stands left of it in this FROM */
    before.sources += begin;
    before.source_count = first - begin;
    for (uint32_t i = 0; i < right->using_count; i++) {
        uint32_t count = 0;
        uint32_t index = tn__rel_find(right->rel, right->using_names[i]);
        struct tn__ir_expr *left =
            tn__lookup_here(an, right->using_names[i], &before, span, &count);
        if (!left || index == UINT32_MAX) {
            tn__an_doubt(an, "a column of USING is not found");
            return an->status == TN_OK;
        }
        struct tn__ir_expr *equal = tn__ir_new(an, TN__IR_COMPARE, 2, span);
        struct tn__ir_expr *both = tn__ir_new(an, TN__IR_AND, 2, span);
        if (!equal || !both)
            return false;
        equal->op = TN__OP_EQ;
        equal->args[0] = left;
        equal->args[1] = tn__ir_column(an, right->rel, index, span);
        both->args[0] = join->on;
        both->args[1] = equal;
        join->on = join->on ? both : equal;
    }
    return an->status == TN_OK;
}

static struct tn__ir_rel *resolve_sources(struct tn__analysis *an,
                                          const struct tn__ast_sources *from,
                                          struct tn__scope *scope, bool is_nested)
{
    struct tn__ir_rel *all = NULL;
    uint32_t begin = scope->source_count;
    for (const struct tn__ast_source *s = from->first; s; s = s->next) {
        uint32_t first = scope->source_count;
        struct tn__ir_rel *rel = resolve_source(an, s, scope);
        if (!rel)
            return NULL;
        struct tn__ir_rel *join = all ? new_join(an, scope, all, rel, s->join) : rel;
        if (!join)
            return NULL;
        join->span = s->span;
        /* USING of a RIGHT or FULL JOIN finds NULL equal to what a LEFT JOIN has padded (3.40). */
        if (all && (s->is_natural || s->has_using) && s->join >= TN__JOIN_RIGHT)
            join->is_loose = true;
        /* Behind a RIGHT or FULL JOIN, ON and USING let rows through that they should not (3.40). */
        for (uint32_t i = begin; i < scope->source_count && all; i++) {
            const struct tn__source *source = &scope->sources[i];
            join->is_loose = join->is_loose || (i < first && source->is_before_right) ||
                             (source->rel->kind == TN__IR_DERIVED && source->rel->query->has_right);
        }
        if (all && (s->is_natural || s->has_using)) {
            if (scope->source_count - first != 1) {
                tn__an_doubt(an, "USING with a join in parentheses");
                an->is_quiet = true; /* what does not resolve may be this one's fault */
            }
            scope->has_nested_using = scope->has_nested_using || is_nested;
            struct tn__source *right = &scope->sources[first];
            right->join = s->join;
            if (!read_using(an, s, scope, begin, first, right) ||
                !add_using(an, scope, begin, first, right, join, s->span))
                return NULL;
        }
        if (s->join == TN__JOIN_RIGHT || s->join == TN__JOIN_FULL)
            for (uint32_t i = begin; i < first; i++)
                scope->sources[i].is_before_right = true;
        all = join;
    }
    return all;
}

/* ON and arguments of functions see every source of this FROM. */
static bool resolve_conditions(struct tn__analysis *an, const struct tn__ast_sources *from,
                               const struct tn__scope *scope, uint32_t *leaf, uint32_t *join)
{
    uint32_t index = 0;
    for (const struct tn__ast_source *s = from->first; s; s = s->next, index++) {
        if (s->kind == TN__SOURCE_JOIN && !s->alias.text.data) {
            if (!resolve_conditions(an, &s->inner, scope, leaf, join))
                return false;
        } else {
            struct tn__ir_rel *rel = scope->block->leaves[(*leaf)++];
            rel->arg_count = (uint32_t)s->args.count;
            rel->args = tn__resolve_list(an, &s->args, scope);
        }
        struct tn__ir_rel *joined = index > 0 ? scope->block->joins[(*join)++] : NULL;
        if (s->on && joined)
            joined->on = tn__resolve_expr(an, s->on, scope);
        else if (s->on)
            tn__an_doubt(an, "ON without a join");
    }
    return an->status == TN_OK;
}

bool tn__resolve_from(struct tn__analysis *an, const struct tn__ast_sources *from,
                      struct tn__scope *scope)
{
    struct tn__ir_block *block = scope->block;
    /* (a JOIN b), and nothing beside it, is a JOIN b. */
    while (from->count == 1 && from->first->kind == TN__SOURCE_JOIN &&
           !from->first->alias.text.data)
        from = &from->first->inner;
    size_t count = count_sources(from) + block->leaf_count;
    struct tn__ir_rel *before = block->from;
    struct tn__ir_rel **leaves = tn__an_new(an, count, sizeof(struct tn__ir_rel *));
    struct tn__source *sources = tn__an_new(an, count, sizeof(*sources));
    block->joins = tn__an_new(an, count, sizeof(struct tn__ir_rel *));
    if (!leaves || !sources || !block->joins)
        return false;
    for (uint32_t i = 0; i < block->leaf_count; i++) {
        leaves[i] = block->leaves[i];
        sources[i] = scope->sources[i];
    }
    block->leaves = leaves;
    scope->sources = sources;
    uint32_t leaf = block->leaf_count;
    uint32_t join = 0;
    struct tn__ir_rel *rel = from->first ? resolve_sources(an, from, scope, false) : NULL;
    if (from->first && !rel)
        return false;
    bool was_condition = scope->is_condition;
    scope->is_condition = true;
    bool is_done = resolve_conditions(an, from, scope, &leaf, &join);
    scope->is_condition = was_condition;
    if (!is_done)
        return false;
    block->from = rel;
    if (before && rel)
        block->from = new_join(an, scope, before, rel, TN__JOIN_INNER);
    else if (before)
        block->from = before;
    return block->from || !from->first ? tn__ir_pads(an, block) : false;
}

bool tn__scope_add_table(struct tn__analysis *an, struct tn__scope *scope,
                         const struct tn__table *table, tn_text name)
{
    struct tn__ir_block *block = scope->block;
    struct tn__ir_rel **leaves =
        tn__an_new(an, (size_t)block->leaf_count + 1, sizeof(struct tn__ir_rel *));
    struct tn__source *sources = tn__an_new(an, (size_t)scope->source_count + 1, sizeof(*sources));
    if (!leaves || !sources)
        return false;
    for (uint32_t i = 0; i < block->leaf_count; i++)
        leaves[i] = block->leaves[i];
    for (uint32_t i = 0; i < scope->source_count; i++)
        sources[i] = scope->sources[i];
    block->leaves = leaves;
    scope->sources = sources;
    struct tn__ir_rel *rel = new_leaf(an, scope, TN__IR_TABLE);
    if (!rel)
        return false;
    rel->name = name;
    rel->table = table;
    rel->column_count = (uint32_t)table->column_count;
    if (!add_leaf(an, scope, rel))
        return false;
    scope->sources[scope->source_count++] = (struct tn__source){.name = name, .rel = rel};
    if (!block->from)
        block->from = rel;
    return true;
}
