/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "check/judge/sqlite/refusal.h"
#include "infer/functions.h"
#include "sql/walk.h"
#include "util/str.h"

/*
 * Where a statement shows what the engine says of it as a whole: a row for each of its messages, with what is to
 * be looked for in the tree. The first node that fits is it; none: the statement's beginning.
 */

struct search {
    const struct tn__judge *judge;
    const struct tn__ast_stmt *stmt;
    tn_text word;      /* the name that the message has, if its row asks for it */
    size_t numbers[2]; /* those in the message, in their order; 0: none */
    struct tn__sql_span found;
    bool is_found;
};

static void take(struct search *search, struct tn__sql_span span)
{
    if (!search->is_found && span.begin < span.end) {
        search->found = span;
        search->is_found = true;
    }
}

static struct tn__sql_span span_of(const struct tn__ast_items *items)
{
    if (!items->first)
        return (struct tn__sql_span){0, 0};
    return (struct tn__sql_span){items->first->span.begin, items->last->span.end};
}

static bool has_star(const struct tn__ast_items *items)
{
    for (const struct tn__ast_item *item = items->first; item; item = item->next)
        if (item->is_star)
            return true;
    return false;
}

/* How many values an expression is; 0: as many as a star. */
static size_t width_of(const struct tn__ast_expr *expr)
{
    if (expr->kind == TN__AST_ROW)
        return expr->list.count;
    if (expr->kind != TN__AST_QUERY)
        return 1;
    const struct tn__ast_items *items = &expr->select->first->items;
    return has_star(items) ? 0 : items->count;
}

/* --- SELECT */

/* The result of an arm of that operator that is not as wide as the first. */
static void on_compound(void *user, const struct tn__ast_select *select)
{
    static const char *const words[] = {
        [TN__COMPOUND_FIRST] = "",
        [TN__COMPOUND_UNION] = "UNION",
        [TN__COMPOUND_UNION_ALL] = "UNION ALL",
        [TN__COMPOUND_INTERSECT] = "INTERSECT",
        [TN__COMPOUND_EXCEPT] = "EXCEPT",
    };
    struct search *search = user;
    const struct tn__ast_arm *first = select->first;
    for (const struct tn__ast_arm *arm = first->next; arm; arm = arm->next) {
        bool is_open = has_star(&arm->items) || has_star(&first->items);
        if (tn__text_is(search->word, words[arm->op]) &&
            (is_open || arm->items.count != first->items.count))
            take(search, span_of(&arm->items));
    }
}

static void on_values(void *user, const struct tn__ast_select *select)
{
    for (const struct tn__ast_arm *arm = select->first; arm; arm = arm->next)
        for (const struct tn__ast_row *row = arm->rows; row; row = row->next)
            if (row->items.count != arm->items.count)
                take(user, span_of(&row->items));
}

static const struct tn__ast_item *item_at(const struct tn__ast_items *items, size_t number)
{
    const struct tn__ast_item *item = items->first;
    while (item && --number > 0)
        item = item->next;
    return item;
}

/* The term of that number, if it can be the one: a number where it is out of range. */
static void take_term(struct search *search, const struct tn__ast_items *items)
{
    bool is_number = search->numbers[1] > 0;
    const struct tn__ast_item *item =
        search->numbers[0] ? item_at(items, search->numbers[0]) : NULL;
    if (item && item->expr && (!is_number || item->expr->kind == TN__AST_NUMBER))
        take(search, item->span);
}

static void on_order(void *user, const struct tn__ast_select *select)
{
    take_term(user, &select->order_by);
}

static void on_group(void *user, const struct tn__ast_select *select)
{
    for (const struct tn__ast_arm *arm = select->first; arm; arm = arm->next)
        take_term(user, &arm->group_by);
}

static void on_aggregate(void *user, const struct tn__ast_expr *expr)
{
    struct search *search = user;
    const struct tn__catalog *catalog = &search->judge->checked->catalog;
    uint32_t count = (uint32_t)expr->list.count;
    if (expr->kind == TN__AST_CALL && !(expr->call && expr->call->over) &&
        (tn__fn_find(expr->name.text, count, TN__FN_AGGREGATE) ||
         tn__catalog_is_aggregate(catalog, expr->name.text)))
        take(search, expr->name.span);
}

static void on_grouping(void *user, const struct tn__ast_select *select)
{
    const struct tn__walker walker = {.expr = on_aggregate, .user = user};
    for (const struct tn__ast_arm *arm = select->first; arm; arm = arm->next)
        tn__walk_items(&walker, &arm->group_by);
}

static void on_having(void *user, const struct tn__ast_select *select)
{
    for (const struct tn__ast_arm *arm = select->first; arm; arm = arm->next)
        if (arm->having && !arm->group_by.count)
            take(user, arm->having->span);
}

static void on_no_tables(void *user, const struct tn__ast_select *select)
{
    for (const struct tn__ast_arm *arm = select->first; arm; arm = arm->next)
        if (!arm->from.count && has_star(&arm->items))
            take(user, span_of(&arm->items));
}

/* ON behind the first of a list. */
static void on_first(void *user, const struct tn__ast_select *select)
{
    for (const struct tn__ast_arm *arm = select->first; arm; arm = arm->next)
        if (arm->from.first && arm->from.first->on)
            take(user, arm->from.first->on->span);
}

/* WITH: the names of its columns, of the query itself, and of one that is there twice. */
static void on_cte_columns(void *user, const struct tn__ast_select *select)
{
    struct search *search = user;
    for (const struct tn__ast_cte *cte = select->with.first; cte; cte = cte->next)
        if (cte->columns.count && tn__text_equal_nocase(cte->name.text, search->word))
            take(search, (struct tn__sql_span){cte->columns.first->name.span.begin,
                                               cte->columns.last->name.span.end});
}

static void on_cte_twice(void *user, const struct tn__ast_select *select)
{
    struct search *search = user;
    bool is_second = false;
    for (const struct tn__ast_cte *cte = select->with.first; cte; cte = cte->next) {
        if (!tn__text_equal_nocase(cte->name.text, search->word))
            continue;
        if (is_second)
            take(search, cte->name.span);
        is_second = true;
    }
}

/* --- FROM */

struct right {
    struct search *search;
    const struct tn__ast_source *source;
};

/* A column of a source that stands further right. */
static void on_right_column(void *user, const struct tn__ast_expr *expr)
{
    const struct right *right = user;
    if (expr->kind != TN__AST_COLUMN || !expr->table.text.data)
        return;
    for (const struct tn__ast_source *s = right->source->next; s; s = s->next) {
        const struct tn__ast_name *name = s->alias.text.data ? &s->alias : &s->name;
        if (name->text.data && tn__text_equal_nocase(name->text, expr->table.text))
            take(right->search, expr->span);
    }
}

static void on_join(void *user, const struct tn__ast_source *source)
{
    struct right right = {user, source};
    const struct tn__walker walker = {.expr = on_right_column, .user = &right};
    tn__walk_expr(&walker, source->on);
}

static void on_natural(void *user, const struct tn__ast_source *source)
{
    if (source->is_natural && source->on)
        take(user, source->on->span);
    if (source->is_natural && source->using_names.first)
        take(user, source->using_names.first->name.span);
}

static void on_using(void *user, const struct tn__ast_source *source)
{
    struct search *search = user;
    for (const struct tn__ast_name_item *n = source->using_names.first; n; n = n->next)
        if (tn__text_equal_nocase(n->name.text, search->word))
            take(search, n->name.span);
}

static void on_index(void *user, const struct tn__ast_source *source)
{
    struct search *search = user;
    if (source->indexed_by.text.data &&
        tn__text_equal_nocase(source->indexed_by.text, search->word))
        take(search, source->indexed_by.span);
}

static void on_named_source(void *user, const struct tn__ast_source *source)
{
    struct search *search = user;
    if (source->name.text.data && tn__text_equal_nocase(source->name.text, search->word))
        take(search, source->name.span);
}

/* --- expressions */

static void on_row(void *user, const struct tn__ast_expr *expr)
{
    bool is_comparison = expr->kind == TN__AST_BINARY && expr->op >= TN__OP_EQ &&
                         expr->op <= TN__OP_IS_NOT && expr->left && expr->right;
    if (!is_comparison)
        return;
    size_t left = width_of(expr->left);
    size_t right = width_of(expr->right);
    if (left != right)
        take(user, right > left ? expr->right->span : expr->left->span);
}

static void on_any_row(void *user, const struct tn__ast_expr *expr)
{
    if (expr->kind == TN__AST_ROW)
        take(user, expr->span);
}

/* Rows that are looked for in a list of values. */
static void on_list(void *user, const struct tn__ast_expr *expr)
{
    if (expr->kind == TN__AST_IN_PARAM && width_of(expr->left) > 1)
        take(user, expr->right->span);
}

/* A subquery that gives as many columns as the message says. */
static void on_subquery(void *user, const struct tn__ast_expr *expr)
{
    struct search *search = user;
    if (expr->kind != TN__AST_QUERY && expr->kind != TN__AST_IN_QUERY)
        return;
    const struct tn__ast_items *items = &expr->select->first->items;
    if (has_star(items) || items->count == search->numbers[0])
        take(search, span_of(items));
}

static void on_in_list(void *user, const struct tn__ast_expr *expr)
{
    if (expr->kind != TN__AST_IN_LIST)
        return;
    for (const struct tn__ast_item *item = expr->list.first; item; item = item->next)
        if (item->expr && width_of(item->expr) != width_of(expr->left))
            take(user, item->span);
}

static void on_raise(void *user, const struct tn__ast_expr *expr)
{
    if (expr->kind == TN__AST_RAISE)
        take(user, expr->span);
}

static void on_window(void *user, const struct tn__ast_expr *expr)
{
    if (expr->call && expr->call->over)
        take(user, expr->call->over->span);
}

/* --- statements that write */

static void in_values(struct search *search)
{
    const struct tn__ast_select *select = search->stmt->select;
    if (search->stmt->kind == TN__STMT_AST_INSERT && select)
        take(search, span_of(&select->first->items));
}

static void in_target(struct search *search)
{
    take(search, search->stmt->target.name.span);
}

static void in_upsert(struct search *search)
{
    for (const struct tn__ast_upsert *u = search->stmt->upserts; u; u = u->next)
        take(search, span_of(&u->target));
}

static void take_named(struct search *search, const struct tn__ast_names *names)
{
    for (const struct tn__ast_name_item *n = names->first; n; n = n->next)
        if (tn__text_equal_nocase(n->name.text, search->word))
            take(search, n->name.span);
}

static void in_written(struct search *search)
{
    take_named(search, &search->stmt->columns);
    for (const struct tn__ast_set *set = search->stmt->sets.first; set; set = set->next)
        take_named(search, &set->columns);
}

static void in_set(struct search *search)
{
    for (const struct tn__ast_set *set = search->stmt->sets.first; set; set = set->next)
        if (set->is_row && set->columns.count == search->numbers[0] && set->expr)
            take(search, set->expr->span);
}

/* --- the table */

/* `*` in a message is what `word` becomes; else the message begins with it. The rows are tried in
 * their order, and so are several of one message. */
static const struct row {
    const char *before;
    const char *behind; /* NULL: there is no name to be taken */
    void (*expr)(void *user, const struct tn__ast_expr *expr);
    void (*select)(void *user, const struct tn__ast_select *select);
    void (*source)(void *user, const struct tn__ast_source *source);
    void (*stmt)(struct search *search);
} rows[] = {
    {"SELECTs to the left and right of ", " do not have", .select = on_compound},
    {"all VALUES must have the same number of terms", NULL, .select = on_values},
    {"ORDER BY term", NULL, .select = on_order},
    {"GROUP BY term", NULL, .select = on_group},
    {"aggregate functions are not allowed in the GROUP BY clause", NULL, .select = on_grouping},
    {"HAVING clause on a non-aggregate query", NULL, .select = on_having},
    {"a JOIN clause is required before ON", NULL, .select = on_first},
    {"no tables specified", NULL, .select = on_no_tables},
    {"duplicate WITH table name: ", "", .select = on_cte_twice},
    {"circular reference: ", "", .source = on_named_source},
    {"ON clause references tables to its right", NULL, .source = on_join},
    {"a NATURAL join may not have", NULL, .source = on_natural},
    {"cannot join using column ", " - ", .source = on_using},
    {"no such index '", "'", .source = on_index},
    {"' is not a function", NULL, .source = on_named_source},
    {"row value misused", NULL, .expr = on_row},
    {"row value misused", NULL, .expr = on_any_row},
    {"sub-select returns 1 column", NULL, .expr = on_list},
    {"sub-select returns ", NULL, .expr = on_subquery},
    {"IN(...) element has ", NULL, .expr = on_in_list},
    {"RAISE() may only be used", NULL, .expr = on_raise},
    {"unsupported frame specification", NULL, .expr = on_window},
    {"no such window: ", "", .expr = on_window},
    {"table ", " has ", .select = on_cte_columns},
    {"were supplied", NULL, .stmt = in_values},
    {" values for ", NULL, .stmt = in_values},
    {" columns assigned ", NULL, .stmt = in_set},
    {"cannot INSERT into generated column \"", "\"", .stmt = in_written},
    {"cannot UPDATE generated column \"", "\"", .stmt = in_written},
    {"cannot modify ", " because", .stmt = in_target},
    {" may not be modified", NULL, .stmt = in_target},
    {"ON CONFLICT clause does not match", NULL, .stmt = in_upsert},
};

/* The first two numbers of a message that are not in quotes. */
static void read_numbers(struct search *search, const char *message)
{
    size_t count = 0;
    for (const char *c = message; *c && count < 2;) {
        bool is_start = *c >= '0' && *c <= '9' && (c == message || c[-1] == ' ');
        char *end = NULL;
        if (is_start)
            search->numbers[count++] = (size_t)strtoul(c, &end, 10);
        c = end ? end : c + 1;
    }
}

static bool look(struct search *search, const struct row *row, const char *message)
{
    const char *at = strstr(message, row->before);
    if (!at)
        return false;
    search->word = (tn_text){"", 0};
    if (row->behind) {
        const char *begin = at + strlen(row->before);
        const char *end = *row->behind ? strstr(begin, row->behind) : begin + strlen(begin);
        if (!end)
            return false;
        search->word = (tn_text){begin, (size_t)(end - begin)};
    } else if (at > message + 1 && message[0] == '\'') { /* 'name' is not … */
        search->word = (tn_text){message + 1, (size_t)(at - message - 1)};
    }
    const struct tn__walker walker = {row->expr, row->select, row->source, search};
    if (row->stmt)
        row->stmt(search);
    else
        tn__walk_stmt(&walker, search->stmt);
    return search->is_found;
}

bool tn__refusal_find(struct tn__sql_span *out, const struct tn__refusal *refusal)
{
    const char *message = refusal->err->message;
    struct search search = {.judge = refusal->judge, .stmt = refusal->stmt};
    const struct tn__parse_fault *fault = refusal->parse_faults;
    if (!refusal->stmt) { /* what the parser refuses in the very words is at its place */
        if (fault && strcmp(fault->message, message) == 0)
            *out = fault->span;
        return fault && strcmp(fault->message, message) == 0;
    }
    read_numbers(&search, message);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]) && !search.is_found; i++)
        if (look(&search, &rows[i], message))
            *out = search.found;
    return search.is_found;
}
