/* SPDX-License-Identifier: MIT */
#include "infer/postgres/lowering.h"

#include "util/str.h"

/*
 * INSERT, UPDATE, DELETE, MERGE: what they write, and RETURNING as the result list of a SELECT from
 * what they look at. The row that RETURNING shows is a relation of its own, whose columns are what
 * they have been given.
 */

enum command {
    COMMAND_UPDATE = 2,
    COMMAND_INSERT,
    COMMAND_DELETE,
    COMMAND_MERGE
};

enum {
    CONFLICT_UPDATE = 2
};

struct change {
    struct tn__pg_lowering *l;
    struct tn__pg_scope *scope;
    int64_t command;
    const struct tn__table *table; /* NULL: not one of the schema */
    struct tn__ir_expr **written;  /* per column of the table */
    struct tn__change *noted;
};

static const struct tn__column *column_of(const struct tn__table *table, int64_t number)
{
    for (size_t i = 0; table && i < table->column_count; i++)
        if (table->columns[i].number == number)
            return &table->columns[i];
    return NULL;
}

/* NULL is welcome where it may be kept. */
static struct tn__want want_of(const struct change *c, const struct tn__column *column)
{
    struct tn__want want = {0};
    if (!column)
        return want;
    want.is_known = true;
    want.domain = tn__pg_domain_stored(c->l->an, c->table, column);
    want.domain.classes &= TN__CLASS_VALUES;
    want.name = tn_text_of(column->name);
    want.is_null_welcome = !column->is_not_null && !(column->type && column->type->is_not_null);
    return want;
}

static bool add_write(struct tn__pg_lowering *l, struct tn__ir_expr *expr, struct tn__want want)
{
    struct tn__pg_write *write = TN__AN_NEW(l->an, struct tn__pg_write);
    if (!write)
        return false;
    *write = (struct tn__pg_write){.expr = expr, .want = want, .next = l->writes};
    l->writes = write;
    return true;
}

static bool add_other(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                      struct tn__pg_scope *scope)
{
    if (node->kind != TN__PG_NODE)
        return true;
    struct tn__aside *other = TN__AN_NEW(l->an, struct tn__aside);
    if (!other || !(other->expr = tn__pg_lower_expr(l, node, scope)))
        return false;
    other->next = l->others;
    l->others = other;
    return true;
}

/* Whether it stores a row, or several, in any case. */
static bool has_row(const struct tn__ir_block *block)
{
    const struct tn__ir_rel *leaf = block->leaf_count == 1 ? block->leaves[0] : NULL;
    return block->leaf_count == 0 ||
           (leaf && leaf->kind == TN__IR_DERIVED && leaf->query->blocks[0].is_values);
}

static bool note_change(struct change *c, bool is_insert, bool may_differ)
{
    c->noted = TN__AN_NEW(c->l->an, struct tn__change);
    if (!c->noted)
        return false;
    *c->noted = (struct tn__change){.table = c->table,
                                    .is_insert = is_insert,
                                    .has_row = is_insert && has_row(c->scope->block),
                                    .may_differ = may_differ,
                                    .next = c->l->changes};
    c->l->changes = c->noted;
    return true;
}

static bool note_stored(struct change *c, const struct tn__column *column, struct tn__ir_expr *expr)
{
    struct tn__stored *stored = TN__AN_NEW(c->l->an, struct tn__stored);
    if (!stored)
        return false;
    *stored = (struct tn__stored){c->noted, column, expr, c->l->stored};
    c->l->stored = stored;
    return true;
}

/* The columns that a list sets, and what to. */
static bool lower_targets(struct change *c, const struct tn__pg_node *list, bool is_kept)
{
    for (const struct tn__pg_node *entry = list->first; entry; entry = entry->next) {
        struct tn__ir_expr *expr = tn__pg_lower_expr(c->l, tn__pg_field(entry, "expr"), c->scope);
        bool is_junk = tn__pg_true(entry, "resjunk");
        const struct tn__column *column =
            is_junk ? NULL : column_of(c->table, tn__pg_number(entry, "resno", 0));
        if (!expr || !add_write(c->l, expr, want_of(c, column)) ||
            (column && !note_stored(c, column, expr)))
            return false;
        if (is_kept && column && !column->is_generated)
            c->written[column - c->table->columns] = expr;
    }
    return true;
}

/* A multi-row VALUES, or SELECT: its columns are wanted by those of the table. */
static bool note_feed(struct change *c)
{
    const struct tn__ir_block *block = c->scope->block;
    struct tn__ir_rel *leaf = block->leaf_count == 1 ? block->leaves[0] : NULL;
    if (!leaf || leaf->kind != TN__IR_DERIVED)
        return true;
    struct tn__pg_feed *feed = TN__AN_NEW(c->l->an, struct tn__pg_feed);
    if (!feed)
        return false;
    feed->query = leaf->query;
    feed->count = leaf->column_count;
    feed->wants = tn__an_new(c->l->an, leaf->column_count, sizeof(*feed->wants));
    if (!feed->wants)
        return false;
    for (const struct tn__pg_write *w = c->l->writes; w; w = w->next)
        if (w->expr->kind == TN__IR_COLUMN && w->expr->rel == leaf && w->expr->index < feed->count)
            feed->wants[w->expr->index] = w->want;
    feed->next = c->l->feeds;
    c->l->feeds = feed;
    return true;
}

/* --- the row as it was written */

/* A trigger that is at a row before it is written: of the table, or of one that it is a partition of. */
static bool has_trigger(const struct tn__table *table, int event)
{
    for (size_t i = 0; i < table->trigger_count; i++) {
        int fires = table->triggers[i].fires;
        if ((fires & TN__FIRES_ROW) && (fires & TN__FIRES_BEFORE) && (fires & event))
            return true;
    }
    for (size_t i = 0;
         table->server && table->server->is_partition && i < table->server->parent_count; i++)
        if (has_trigger(table->server->parents[i], event))
            return true;
    return false;
}

/* Whether a row may be another one than the statement says, or none at all: a trigger has been at
 * it, of the table or of one below it. */
static bool has_side_effects(const struct tn__table *table, int64_t command)
{
    int event = command == COMMAND_INSERT   ? TN__FIRES_INSERT
                : command == COMMAND_UPDATE ? TN__FIRES_UPDATE
                                            : TN__FIRES_DELETE;
    if (!table || table->kind != TN__TABLE ||
        (table->server && (table->server->has_children || table->server->partition_key)))
        return true;
    return has_trigger(table, event);
}

static bool lower_conflict(struct change *c, const struct tn__pg_node *conflict)
{
    bool may_differ = c->noted->may_differ || has_side_effects(c->table, COMMAND_UPDATE);
    return note_change(c, false, may_differ) &&
           lower_targets(c, tn__pg_field(conflict, "onConflictSet"), false) &&
           add_other(c->l, tn__pg_field(conflict, "onConflictWhere"), c->scope) &&
           add_other(c->l, tn__pg_field(conflict, "arbiterWhere"), c->scope);
}

static bool lower_merge(struct change *c, const struct tn__pg_node *node)
{
    const struct tn__pg_node *actions = tn__pg_field(node, "mergeActionList");
    /* Either side of its join may be missing. */
    c->scope->block->may_add_rows = true;
    c->scope->block->is_merge = true;
    c->scope->block->where = NULL;
    for (const struct tn__pg_node *action = actions->first; action; action = action->next)
        if (!add_other(c->l, tn__pg_field(action, "qual"), c->scope) ||
            !lower_targets(c, tn__pg_field(action, "targetList"), false))
            return false;
    return add_other(c->l, tn__pg_field(node, "mergeJoinCondition"), c->scope) &&
           add_other(c->l, tn__pg_field(tn__pg_field(node, "jointree"), "quals"), c->scope);
}

/* Each column that is not set is what it was. */
static bool keep_rest(struct change *c)
{
    struct tn__ir_rel *before = c->scope->sources[c->scope->target - 1].rel;
    for (uint32_t i = 0; before && i < c->table->column_count; i++) {
        if (c->written[i] || c->table->columns[i].is_generated)
            continue;
        c->written[i] = tn__pg_column(c->l, before, i);
        if (!c->written[i])
            return false;
    }
    return true;
}

static bool make_after(struct change *c, bool is_kept)
{
    const struct tn__pg_source *target = &c->scope->sources[c->scope->target - 1];
    if (c->command == COMMAND_DELETE)
        return true; /* what is shown is the row as it was */
    c->scope->after = tn__pg_lone_leaf(c->l, target->rte);
    if (!c->scope->after)
        return false;
    if (c->command == COMMAND_UPDATE && is_kept && !keep_rest(c))
        return false;
    if (is_kept && c->scope->after->kind == TN__IR_TABLE)
        c->scope->after->written = c->written;
    c->scope->after->writer = c->scope->block;
    return true;
}

/* Of MERGE, where the other side of the join may be missing. */
static bool lower_returning(struct change *c, const struct tn__pg_node *list)
{
    struct tn__ir_block *block = c->scope->block;
    if (!tn__pg_lower_items(c->l, list, c->scope))
        return false;
    for (uint32_t i = 0; c->command == COMMAND_MERGE && i < block->column_count; i++) {
        struct tn__ir_expr *expr = block->items[i].expr;
        bool is_own = expr->kind == TN__IR_COLUMN && expr->rel == c->scope->after;
        block->items[i].expr = is_own ? expr : tn__pg_maybe(c->l, expr);
        if (!block->items[i].expr)
            return false;
    }
    return true;
}

static bool lower_parts(struct change *c, const struct tn__pg_node *node, bool is_kept)
{
    const struct tn__pg_node *conflict = tn__pg_field(node, "onConflict");
    if (!lower_targets(c, tn__pg_field(node, "targetList"), is_kept))
        return false;
    if (c->command == COMMAND_INSERT && !note_feed(c))
        return false;
    if (conflict->kind == TN__PG_NODE && !lower_conflict(c, conflict))
        return false;
    return c->command != COMMAND_MERGE || lower_merge(c, node);
}

bool tn__pg_lower_change(struct tn__pg_lowering *l, const struct tn__pg_node *node,
                         struct tn__pg_scope *scope)
{
    struct change c = {.l = l, .scope = scope};
    const struct tn__pg_node *conflict = tn__pg_field(node, "onConflict");
    int64_t target = tn__pg_number(node, "resultRelation", 0);
    if (target < 1 || target > scope->source_count) {
        tn__an_doubt(l->an, "the table that it writes is not found");
        return false;
    }
    const struct tn__pg_node *rte = scope->sources[target - 1].rte;
    c.command = tn__pg_number(node, "commandType", 0);
    c.table = tn__server_table(l->server, tn__pg_oid(rte, "relid"));
    c.written = tn__an_new(l->an, c.table ? c.table->column_count : 0, sizeof(*c.written));
    if (!c.written || !tn__pg_lower_from(l, tn__pg_field(node, "jointree"), scope))
        return false;
    bool has_effects = has_side_effects(c.table, c.command);
    if (!note_change(&c, c.command == COMMAND_INSERT, has_effects || c.command == COMMAND_MERGE))
        return false;
    bool is_kept = !has_effects && c.command != COMMAND_MERGE &&
                   tn__pg_number(conflict, "action", 0) != CONFLICT_UPDATE;
    scope->block->may_drop_rows =
        c.command != COMMAND_INSERT || has_effects || conflict->kind == TN__PG_NODE;
    if (c.command == COMMAND_UPDATE || c.command == COMMAND_DELETE)
        scope->block->changed = scope->sources[target - 1].rel;
    scope->target = (uint32_t)target;
    return lower_parts(&c, node, is_kept) && make_after(&c, is_kept) &&
           lower_returning(&c, tn__pg_field(node, "returningList"));
}
