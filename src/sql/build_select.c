/* SPDX-License-Identifier: MIT */
#include "sql/build.h"
#include "util/str.h"

static void raise(uint32_t *height, uint32_t other)
{
    if (other > *height)
        *height = other;
}

static uint32_t sources_height(const struct tn__ast_sources *sources)
{
    return sources ? sources->height : 0;
}

/* A query of one arm. `below` is the height of what is in it. */
static struct tn__ast_select *make(struct tn__parser *p, size_t begin, struct tn__ast_arm *arm,
                                   uint32_t below)
{
    struct tn__ast_select *select = tn__build_new(p, sizeof(*select));
    if (!select || !arm)
        return NULL;
    select->first = select->last = arm;
    select->arm_count = 1;
    select->span = (struct tn__sql_span){begin, p->at};
    select->height = tn__build_height(p, below, select->span);
    return select;
}

static uint32_t parts_height(const struct tn__select_parts *parts)
{
    uint32_t height = tn__items_height(parts->items);
    raise(&height, sources_height(parts->from));
    raise(&height, tn__expr_height(parts->where));
    raise(&height, tn__items_height(parts->group_by));
    raise(&height, tn__expr_height(parts->having));
    for (const struct tn__ast_window *w = parts->windows; w; w = w->next)
        raise(&height, w->height);
    raise(&height, tn__items_height(parts->order_by));
    raise(&height, tn__expr_height(parts->limit.limit));
    raise(&height, tn__expr_height(parts->limit.offset));
    return height;
}

struct tn__ast_select *tn__make_select(struct tn__parser *p, const struct tn__select_parts *parts)
{
    struct tn__ast_arm *arm = tn__build_new(p, sizeof(*arm));
    if (!arm || !parts->items)
        return NULL;
    arm->is_distinct = parts->is_distinct;
    arm->items = *parts->items;
    if (parts->from)
        arm->from = *parts->from;
    arm->where = parts->where;
    if (parts->group_by)
        arm->group_by = *parts->group_by;
    arm->having = parts->having;
    arm->windows = parts->windows;
    arm->span = (struct tn__sql_span){parts->begin, p->at};
    struct tn__ast_select *select = make(p, parts->begin, arm, parts_height(parts));
    if (!select)
        return NULL;
    if (parts->order_by)
        select->order_by = *parts->order_by;
    select->limit = parts->limit.limit;
    select->offset = parts->limit.offset;
    return select;
}

struct tn__values tn__values_add(struct tn__parser *p, struct tn__values values,
                                 struct tn__ast_items *row)
{
    if (!row)
        return values;
    if (!values.arm) {
        values.arm = tn__build_new(p, sizeof(*values.arm));
        if (values.arm) {
            values.arm->is_values = true;
            values.arm->items = *row;
        }
        return values;
    }
    struct tn__ast_row *next = tn__build_new(p, sizeof(*next));
    if (!next)
        return values;
    next->items = *row;
    if (values.last)
        values.last->next = next;
    else
        values.arm->rows = next;
    values.last = next;
    return values;
}

struct tn__ast_select *tn__make_values(struct tn__parser *p, const struct tn__values *values)
{
    if (!values->arm)
        return NULL;
    uint32_t height = values->arm->items.height;
    for (const struct tn__ast_row *row = values->arm->rows; row; row = row->next)
        raise(&height, row->items.height);
    values->arm->span = (struct tn__sql_span){values->begin, p->at};
    return make(p, values->begin, values->arm, height);
}

/* ORDER BY and LIMIT are of the whole: the engine reads them in any arm, and refuses them then. */
static void refuse_early_end(struct tn__parser *p, const struct tn__ast_select *left, size_t op,
                             enum tn__ast_compound kind)
{
    static const char *const names[] = {[TN__COMPOUND_FIRST] = "",
                                        [TN__COMPOUND_UNION] = "UNION",
                                        [TN__COMPOUND_UNION_ALL] = "UNION ALL",
                                        [TN__COMPOUND_INTERSECT] = "INTERSECT",
                                        [TN__COMPOUND_EXCEPT] = "EXCEPT"};
    if (left->order_by.count == 0 && !left->limit)
        return;
    const char *clause = left->order_by.count > 0 ? "ORDER BY" : "LIMIT";
    const char *message = tn__arena_printf(p->arena, "%s clause should come after %s not before",
                                           clause, names[kind]);
    if (message)
        tn__build_fault(p, (struct tn__sql_span){op, op + 1}, message, NULL);
    else
        p->status = TN_ENOMEM;
}

struct tn__ast_select *tn__select_compound(struct tn__parser *p, struct tn__ast_select *left,
                                           enum tn__ast_compound op, size_t token,
                                           struct tn__ast_select *right)
{
    if (!left || !right)
        return NULL;
    refuse_early_end(p, left, token, op);
    right->first->op = op;
    left->last->next = right->first;
    left->last = right->last;
    left->arm_count += right->arm_count;
    left->order_by = right->order_by;
    left->limit = right->limit;
    left->offset = right->offset;
    left->span.end = p->at;
    raise(&left->height, right->height);
    return left;
}

struct tn__ast_select *tn__select_with(struct tn__parser *p, size_t begin,
                                       struct tn__ast_with *with, struct tn__ast_select *select)
{
    if (!select || !with)
        return NULL;
    select->with = *with;
    select->span.begin = begin;
    if (with->height >= select->height)
        select->height = tn__build_height(p, with->height, select->span);
    return select;
}

struct tn__ast_cte *tn__make_cte(struct tn__parser *p, size_t name, struct tn__ast_names *columns,
                                 int materialized, struct tn__ast_select *select)
{
    struct tn__ast_cte *cte = tn__build_new(p, sizeof(*cte));
    if (!cte || !select)
        return NULL;
    cte->name = tn__build_name(p, name);
    if (columns) {
        cte->has_columns = true;
        cte->columns = *columns;
    }
    cte->materialized = (enum tn__ast_materialized)materialized;
    cte->select = select;
    cte->span = (struct tn__sql_span){name, p->at};
    return cte;
}

struct tn__ast_with *tn__with_add(struct tn__parser *p, struct tn__ast_with *with,
                                  struct tn__ast_cte *cte)
{
    if (!with)
        with = tn__build_new(p, sizeof(*with));
    if (!with || !cte)
        return with;
    if (with->last)
        with->last->next = cte;
    else
        with->first = cte;
    with->last = cte;
    with->count++;
    raise(&with->height, cte->select->height);
    return with;
}

struct tn__ast_with *tn__with_recursive(struct tn__ast_with *with)
{
    if (with)
        with->is_recursive = true;
    return with;
}

static struct tn__ast_source *make_source(struct tn__parser *p, enum tn__ast_source_kind kind,
                                          size_t begin, size_t alias)
{
    struct tn__ast_source *source = tn__build_new(p, sizeof(*source));
    if (!source)
        return NULL;
    source->kind = kind;
    source->alias = tn__build_name(p, alias);
    source->span = (struct tn__sql_span){begin, p->at};
    return source;
}

struct tn__ast_source *tn__make_table(struct tn__parser *p, size_t first, size_t second,
                                      size_t alias)
{
    struct tn__ast_source *source = make_source(p, TN__SOURCE_TABLE, first, alias);
    if (!source)
        return NULL;
    source->name = tn__build_name(p, second != TN__NO_TOKEN ? second : first);
    if (second != TN__NO_TOKEN)
        source->schema = tn__build_name(p, first);
    return source;
}

struct tn__ast_source *tn__make_subquery(struct tn__parser *p, size_t begin,
                                         struct tn__ast_select *select, size_t alias)
{
    struct tn__ast_source *source = make_source(p, TN__SOURCE_SELECT, begin, alias);
    if (!source || !select)
        return NULL;
    source->select = select;
    source->height = select->height;
    return source;
}

struct tn__ast_source *tn__make_join(struct tn__parser *p, size_t begin,
                                     struct tn__ast_sources *inner, size_t alias)
{
    struct tn__ast_source *source = make_source(p, TN__SOURCE_JOIN, begin, alias);
    if (!source || !inner)
        return NULL;
    source->inner = *inner;
    source->height = tn__build_height(p, inner->height, source->span);
    return source;
}

struct tn__ast_source *tn__source_hint(struct tn__parser *p, struct tn__ast_source *source,
                                       struct tn__hint hint)
{
    if (source) {
        source->indexed_by = tn__build_name(p, hint.index);
        source->is_not_indexed = hint.is_not;
        if (hint.is_not || hint.index != TN__NO_TOKEN)
            source->span.end = p->at;
    }
    return source;
}

struct tn__ast_source *tn__source_args(struct tn__ast_source *source, struct tn__ast_items *args)
{
    if (source) {
        source->kind = TN__SOURCE_CALL;
        if (args)
            source->args = *args;
        source->height = tn__items_height(args);
    }
    return source;
}

enum {
    JOIN_NATURAL = 16 /* beside enum tn__ast_join in tn__from.join */
};

struct tn__ast_sources *tn__sources_add(struct tn__parser *p, struct tn__from left,
                                        struct tn__ast_source *source, struct tn__on on)
{
    struct tn__ast_sources *list = left.list;
    if (!list)
        list = tn__build_new(p, sizeof(*list));
    if (!list || !source)
        return list;
    source->join = (enum tn__ast_join)(left.join & (JOIN_NATURAL - 1));
    source->is_natural = (left.join & JOIN_NATURAL) != 0;
    source->on = on.on;
    if (on.using_names) {
        source->has_using = true;
        source->using_names = *on.using_names;
    }
    source->span.end = p->at;
    raise(&source->height, tn__expr_height(on.on));
    if (list->last)
        list->last->next = source;
    else
        list->first = source;
    list->last = source;
    list->count++;
    raise(&list->height, source->height);
    return list;
}

/* The words in front of JOIN, and what the engine refuses: INNER with OUTER, OUTER alone, any other. */
int tn__join_of(struct tn__parser *p, size_t a, size_t b, size_t c)
{
    enum {
        NATURAL = 1,
        LEFT = 2,
        RIGHT = 4,
        OUTER = 8,
        INNER = 16,
        CROSS = 32
    };
    static const struct {
        const char *word;
        int flags;
    } words[] = {{"NATURAL", NATURAL},           {"LEFT", LEFT | OUTER}, {"RIGHT", RIGHT | OUTER},
                 {"FULL", LEFT | RIGHT | OUTER}, {"OUTER", OUTER},       {"INNER", INNER},
                 {"CROSS", INNER | CROSS}};
    const size_t tokens[] = {a, b, c};
    int flags = 0;
    bool is_wrong = false;
    size_t last = a;
    for (size_t i = 0; i < 3 && tokens[i] != TN__NO_TOKEN; i++) {
        int flag = 0;
        last = tokens[i];
        for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++)
            if (tn__text_is_nocase(tn__sql_text(p->sql, last), words[k].word))
                flag = words[k].flags;
        is_wrong = is_wrong || flag == 0;
        flags |= flag;
    }
    if (is_wrong || (flags & (INNER | OUTER)) == (INNER | OUTER) ||
        (flags & (OUTER | LEFT | RIGHT)) == OUTER)
        tn__build_fault_about(p, (struct tn__sql_span){a, last + 1}, "unknown join type: ", "",
                              NULL);
    int join = (flags & LEFT) && (flags & RIGHT) ? TN__JOIN_FULL
               : (flags & LEFT)                  ? TN__JOIN_LEFT
               : (flags & RIGHT)                 ? TN__JOIN_RIGHT
               : (flags & CROSS)                 ? TN__JOIN_CROSS
                                                 : TN__JOIN_INNER;
    return join | ((flags & NATURAL) ? JOIN_NATURAL : 0);
}
