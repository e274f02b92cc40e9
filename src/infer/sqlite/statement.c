/* SPDX-License-Identifier: MIT */
#include "infer/eval.h"
#include "infer/nulls.h"
#include "infer/params.h"
#include "infer/sqlite/resolve.h"

#include "util/str.h"

/* INSERT, UPDATE, DELETE: what is written, and what RETURNING gives. */

/* What is to be stored in a column. NULL is welcome where it may be kept, or makes the key by itself. */
static struct tn__want want_of_column(struct tn__analysis *an, const struct tn__table *table,
                                      const struct tn__column *column, bool is_insert)
{
    struct tn__want want = {0};
    if (!table || !column)
        return want;
    want.name = tn_text_of(column->name);
    if (tn__is_full_text(table, column)) {
        want.is_known = true;
        want.domain = tn__domain_plain(TN__CLASS_TEXT | TN__CLASS_NULL);
    }
    if (table->kind != TN__TABLE)
        return want;
    bool takes_null = !column->is_not_null && !column->is_null_by_default &&
                      !(column->is_rowid_alias && !is_insert);
    want.is_known = true;
    want.domain = tn__domain_column(an, table, column);
    want.domain.classes &= TN__CLASS_VALUES;
    if (takes_null)
        want.domain.classes |= TN__CLASS_NULL;
    return want;
}

static struct tn__want want_of_name(struct tn__analysis *an, const struct tn__table *table,
                                    tn_text name, bool is_insert)
{
    const struct tn__column *column = tn__table_column(table, name);
    struct tn__want want = want_of_column(an, table, column, is_insert);
    if (!column && tn__is_rowid_name(name)) {
        want.is_known = true;
        want.domain = tn__domain_plain(TN__CLASS_INT);
        want.name = tn_text_of("rowid");
    }
    return want;
}

/* What a statement gives back. */
struct written {
    struct tn__ir_block *block; /* of RETURNING; NULL: none */
    bool is_single_row;
};

/* The table that is written; NULL: none of the schema, and a fault is noted. */
static const struct tn__table *target_of(struct tn__analysis *an, const struct tn__ast_stmt *stmt)
{
    const struct tn__ast_name *name = &stmt->target.name;
    const struct tn__ast_name *schema = &stmt->target.schema;
    bool is_main = !schema->text.data || tn__text_is_nocase(schema->text, "main");
    const struct tn__table *table =
        is_main ? tn__catalog_table(an->options->catalog, name->text) : NULL;
    if (!table)
        tn__fault_name(an, TN__NAME_NO_TABLE, name->span, name->text, NULL);
    return table;
}

static tn_text name_of_target(const struct tn__ast_stmt *stmt)
{
    return stmt->target.alias.text.data ? stmt->target.alias.text : stmt->target.name.text;
}

static struct tn__scope *new_scope(struct tn__analysis *an, const struct tn__scope *outer)
{
    struct tn__scope *scope = TN__AN_NEW(an, struct tn__scope);
    struct tn__ir_block *block = scope ? TN__AN_NEW(an, struct tn__ir_block) : NULL;
    if (!block)
        return NULL;
    *scope = *outer;
    scope->block = block;
    scope->is_condition = true; /* no aggregate is of a statement that writes */
    return scope;
}

/* --- SET */

/* One assignment; expressions of single columns are handed out. */
static bool resolve_set(struct tn__analysis *an, const struct tn__ast_set *set,
                        const struct tn__scope *scope, const struct tn__table *table,
                        struct tn__ir_expr **out)
{
    struct tn__ir_expr *expr = tn__resolve_expr(an, set->expr, scope);
    if (!expr)
        return false;
    *out = expr;
    size_t count = set->columns.count;
    struct tn__want *wants = tn__an_new(an, count, sizeof(*wants));
    if (!wants)
        return false;
    size_t i = 0;
    for (const struct tn__ast_name_item *n = set->columns.first; n; n = n->next, i++) {
        wants[i] = want_of_name(an, table, n->name.text, false);
        if (table && !tn__table_column(table, n->name.text) && !tn__is_rowid_name(n->name.text))
            tn__fault_name(an, TN__NAME_NO_COLUMN, n->name.span, n->name.text, table);
    }
    an->sets[an->set_count++] = (struct tn__set){expr, wants, (uint32_t)count};
    return true;
}

static void visit_set(struct tn__analysis *an, const struct tn__set *set)
{
    if (set->expr->kind == TN__IR_ROW) {
        for (uint32_t i = 0; i < set->expr->arg_count && i < set->count; i++)
            tn__params_expr(an, set->expr->args[i], set->wants[i]);
    } else if (set->expr->kind == TN__IR_QUERY && set->count > 1) {
        tn__params_query(an, set->expr->query, set->wants, set->count);
    } else {
        tn__params_expr(an, set->expr, set->wants[0]);
    }
}

static bool grow_sets(struct tn__analysis *an, const struct tn__ast_sets *list)
{
    uint32_t count = an->set_count;
    for (const struct tn__ast_set *set = list->first; set; set = set->next)
        count++;
    struct tn__set *sets = tn__an_new(an, count, sizeof(*sets));
    if (!sets)
        return false;
    if (an->set_count)
        memcpy(sets, an->sets, an->set_count * sizeof(*sets));
    an->sets = sets;
    return true;
}

/* --- RETURNING */

/* The row as it was written: the constraints hold, and nothing else but what `proven` says. It goes by
 * the table's name, not by its alias. */
static bool resolve_returning(struct tn__analysis *an, const struct tn__ast_stmt *stmt,
                              const struct tn__scope *root, const struct tn__table *table,
                              struct tn__ir_block **out)
{
    struct tn__scope *scope = new_scope(an, root);
    if (!scope || !tn__scope_add_table(an, scope, table, tn_text_of(table->name)) ||
        !tn__resolve_items(an, &stmt->returning, scope))
        return false;
    struct tn__ir_rel *row = scope->block->leaves[0];
    row->is_returned = true;
    if (!tn__ir_disturb(an, scope->block))
        return false;
    *out = scope->block;
    return true;
}

static bool acts(const char *action)
{
    return strcmp(action, "NO ACTION") != 0 && strcmp(action, "RESTRICT") != 0;
}

/* Whether a statement may change its rows by other ways than it says, between WHERE and RETURNING: a trigger, or
 * what a foreign key to this table does to others, and their triggers then do to this one. */
static bool has_side_effects(const struct tn__analysis *an, const struct tn__table *table)
{
    const struct tn__catalog *catalog = an->options->catalog;
    if (table->kind != TN__TABLE || table->trigger_count > 0)
        return true;
    for (size_t t = 0; t < catalog->table_count; t++)
        for (size_t k = 0; k < catalog->tables[t].foreign_key_count; k++) {
            const struct tn__foreign_key *key = &catalog->tables[t].foreign_keys[k];
            if (tn__text_is_nocase(tn_text_of(key->table), table->name) &&
                (acts(key->on_update) || acts(key->on_delete)))
                return true;
        }
    return false;
}

/* A row that WHERE let through still is what it proves, but for columns that are computed, or set below. */
static void keep_proofs(const struct tn__ir_rel *before, struct tn__ir_rel *after)
{
    for (uint32_t i = 0; i < before->column_count; i++)
        after->proven[i] = !before->table->columns[i].is_generated && before->proven[i];
}

/* A column that is set to what is never NULL is not NULL. Of two that set it the last one does. */
static void keep_sets(struct tn__analysis *an, const struct tn__ast_stmt *stmt,
                      struct tn__ir_rel *after)
{
    uint32_t i = 0;
    for (const struct tn__ast_set *set = stmt->sets.first; set; set = set->next, i++) {
        bool is_single = set->columns.count == 1 && !set->is_row;
        bool is_proven = is_single && !tn__is_nullable(tn__eval(an, an->sets[i].expr));
        for (const struct tn__ast_name_item *n = set->columns.first; n; n = n->next) {
            const struct tn__column *column = tn__table_column(after->table, n->name.text);
            if (column)
                after->proven[column - after->table->columns] = is_proven;
        }
    }
}

/* The values of a new row; a row that was there already may have been updated instead. */
static void keep_values(const struct tn__ast_stmt *stmt, const struct tn__want *wants,
                        uint32_t count, const struct tn__ir_query *query, struct tn__ir_rel *after)
{
    for (const struct tn__ast_upsert *u = stmt->upserts; u; u = u->next)
        if (u->is_update)
            return;
    for (uint32_t i = 0; i < count && i < query->column_count; i++) {
        const struct tn__column *column = tn__table_column(after->table, wants[i].name);
        if (column && !column->is_generated)
            after->proven[column - after->table->columns] =
                !tn__is_nullable(query->columns[i].domain);
    }
}

/* --- statements */

static bool resolve_upserts(struct tn__analysis *an, const struct tn__ast_stmt *stmt,
                            const struct tn__scope *root, const struct tn__table *table)
{
    for (const struct tn__ast_upsert *u = stmt->upserts; u; u = u->next) {
        if (!u->is_update)
            continue;
        struct tn__scope *scope = new_scope(an, root);
        if (!scope || !tn__scope_add_table(an, scope, table, name_of_target(stmt)) ||
            !tn__scope_add_table(an, scope, table, tn_text_of("excluded")) ||
            !grow_sets(an, &u->sets))
            return false;
        scope->sources[1].is_named_only = true;
        tn__nulls_reset(scope->block);
        scope->block->next = an->upserts;
        an->upserts = scope->block;
        struct tn__ir_expr *ignored;
        for (const struct tn__ast_set *set = u->sets.first; set; set = set->next)
            if (!resolve_set(an, set, scope, table, &ignored))
                return false;
        if (u->where && !(scope->block->where = tn__resolve_expr(an, u->where, scope)))
            return false;
        tn__params_condition(an, scope->block->where);
    }
    return true;
}

/* What each column of the source is stored in. */
static struct tn__want *wants_of_insert(struct tn__analysis *an, const struct tn__ast_stmt *stmt,
                                        const struct tn__table *table, uint32_t *out_count)
{
    size_t most = stmt->has_columns ? stmt->columns.count : table->column_count;
    struct tn__want *wants = tn__an_new(an, most, sizeof(*wants));
    uint32_t count = 0;
    if (!wants)
        return NULL;
    for (const struct tn__ast_name_item *n = stmt->columns.first; n; n = n->next) {
        if (!tn__table_column(table, n->name.text) && !tn__is_rowid_name(n->name.text))
            tn__fault_name(an, TN__NAME_NO_COLUMN, n->name.span, n->name.text, table);
        wants[count++] = want_of_name(an, table, n->name.text, true);
    }
    for (size_t i = 0; !stmt->has_columns && i < table->column_count; i++)
        if (!table->columns[i].is_generated && !table->columns[i].is_hidden)
            wants[count++] = want_of_column(an, table, &table->columns[i], true);
    *out_count = count;
    return wants;
}

static bool analyse_insert(struct tn__analysis *an, const struct tn__ast_stmt *stmt,
                           const struct tn__scope *root, const struct tn__table *table,
                           struct written *returning)
{
    uint32_t count = 0;
    struct tn__want *wants = wants_of_insert(an, stmt, table, &count);
    if (!wants)
        return false;
    an->inserts = wants;
    an->insert_count = count;
    returning->is_single_row = true; /* of DEFAULT VALUES */
    struct tn__ir_query *query = NULL;
    if (stmt->select) {
        query = tn__resolve_query(an, stmt->select, root);
        if (!query)
            return false;
        an->inserted = query;
        tn__infer_query(an, query);
        tn__params_query(an, query, wants, count);
        returning->is_single_row = query->is_single_row;
    }
    if (!resolve_upserts(an, stmt, root, table))
        return false;
    if (!stmt->has_returning)
        return true;
    if (!resolve_returning(an, stmt, root, table, &returning->block))
        return false;
    if (query && table->kind == TN__TABLE)
        keep_values(stmt, wants, count, query, returning->block->leaves[0]);
    return true;
}

static bool resolve_sets(struct tn__analysis *an, const struct tn__ast_stmt *stmt,
                         const struct tn__scope *scope, const struct tn__table *table)
{
    struct tn__ir_expr *ignored;
    if (!grow_sets(an, &stmt->sets))
        return false;
    for (const struct tn__ast_set *set = stmt->sets.first; set; set = set->next)
        if (!resolve_set(an, set, scope, table, &ignored))
            return false;
    return true;
}

/* UPDATE and DELETE. */
static bool analyse_change(struct tn__analysis *an, const struct tn__ast_stmt *stmt,
                           const struct tn__scope *root, const struct tn__table *table,
                           struct written *returning)
{
    struct tn__scope *scope = new_scope(an, root);
    if (!scope || !tn__scope_add_table(an, scope, table, name_of_target(stmt)) ||
        !tn__resolve_from(an, &stmt->from, scope) || !resolve_sets(an, stmt, scope, table))
        return false;
    struct tn__ir_block *block = scope->block;
    an->changed = block;
    block->leaves[0]->name_span = stmt->target.name.span;
    if (stmt->where && !(block->where = tn__resolve_expr(an, stmt->where, scope)))
        return false;
    block->order_count = (uint32_t)stmt->order_by.count;
    if (!(block->order_by = tn__resolve_list(an, &stmt->order_by, scope)))
        return false;
    struct tn__ir_expr *limit = stmt->limit ? tn__resolve_expr(an, stmt->limit, root) : NULL;
    struct tn__ir_expr *offset = stmt->offset ? tn__resolve_expr(an, stmt->offset, root) : NULL;
    if (an->status != TN_OK)
        return false;
    block->context++;
    tn__infer_from(an, block);
    returning->is_single_row = tn__block_is_single_row(an, block);
    tn__params_block(an, block, NULL, 0);
    tn__params_number(an, limit, "limit");
    tn__params_number(an, offset, "offset");
    if (!stmt->has_returning)
        return true;
    if (!resolve_returning(an, stmt, root, table, &returning->block))
        return false;
    if (!has_side_effects(an, table)) {
        keep_proofs(block->leaves[0], returning->block->leaves[0]);
        keep_sets(an, stmt, returning->block->leaves[0]);
    }
    tn__facts_pop(an, 0); /* they were about the row as it was */
    return true;
}

struct tn__ir_block *tn__analyse_change(struct tn__analysis *an, const struct tn__ast_stmt *stmt,
                                        const struct tn__scope *root, bool *is_single_row)
{
    struct written written = {0};
    struct tn__scope scope = *root;
    const struct tn__table *table = target_of(an, stmt);
    an->target = table;
    if (!table || !tn__resolve_with(an, &stmt->with, &scope))
        return NULL;
    bool is_done = stmt->kind == TN__STMT_AST_INSERT
                       ? analyse_insert(an, stmt, &scope, table, &written)
                       : analyse_change(an, stmt, &scope, table, &written);
    for (uint32_t i = 0; is_done && i < an->set_count; i++)
        visit_set(an, &an->sets[i]);
    if (!is_done)
        return NULL;
    *is_single_row = written.is_single_row;
    if (written.block)
        tn__params_block(an, written.block, NULL, 0);
    return written.block;
}
