/* SPDX-License-Identifier: MIT */
#include "infer/uses.h"

#include "util/str.h"

/*
 * What a statement does with the columns of tables, as far as an index may have to do with it. A
 * condition on a column of a view or a subquery is one on the columns that it comes from: the
 * engine pushes it down where it can.
 */

struct noting {
    struct tn__analysis *an;
    const struct tn__ir_block *block;
    uint32_t branch; /* of an OR; 0: what always holds */
    struct tn__analysed_use use;
};

enum {
    FIRST_USES = 16,
    MOST_USES = 400,
    MOST_THROUGH = 32 /* views within one another */
};

static void add(struct tn__analysis *an, const struct tn__analysed_use *use)
{
    if (an->use_count == MOST_USES)
        return;
    if (an->use_count == an->use_cap) {
        uint32_t cap = an->use_cap ? an->use_cap * 2 : FIRST_USES;
        struct tn__analysed_use *uses = tn__an_new(an, cap, sizeof(*uses));
        if (!uses)
            return;
        if (an->use_count)
            memcpy(uses, an->found_uses, an->use_count * sizeof(*uses));
        an->found_uses = uses;
        an->use_cap = cap;
    }
    an->found_uses[an->use_count++] = *use;
}

static const struct tn__ir_expr *bare(const struct tn__ir_expr *expr, tn_text *collation)
{
    while ((expr->kind == TN__IR_COLLATE && expr->op != TN__OP_PLUS) ||
           expr->kind == TN__IR_ALIAS) {
        if (expr->kind == TN__IR_COLLATE && !collation->data)
            *collation = expr->collation;
        expr = expr->args[0];
    }
    return expr;
}

/* Note a use of the column that an expression is, of each that it may be behind a subquery. */
static void note(struct noting *noting, const struct tn__ir_expr *expr, unsigned through)
{
    tn_text collation = noting->use.collation;
    expr = bare(expr, &collation);
    if (expr->kind != TN__IR_COLUMN || expr->index == TN__IR_ROWID || through > MOST_THROUGH)
        return;
    struct tn__ir_rel *rel = expr->rel;
    if (rel->kind == TN__IR_DERIVED) {
        for (uint32_t b = 0; b < rel->query->block_count; b++) {
            const struct tn__ir_block *inner = &rel->query->blocks[b];
            if (!inner->is_values && expr->index < inner->column_count)
                note(noting, inner->items[expr->index].expr, through + 1);
        }
        return;
    }
    if (rel->kind != TN__IR_TABLE || rel->table->kind != TN__TABLE || rel->table->is_internal)
        return;
    if (!rel->number)
        rel->number = ++noting->an->use_sources;
    struct tn__analysed_use use = noting->use;
    use.table = rel->table;
    use.column = &rel->table->columns[expr->index];
    use.source = rel->number;
    use.branch = noting->branch;
    use.collation = collation;
    add(noting->an, &use);
}

static void note_as(struct noting *noting, enum tn__use_kind kind, const struct tn__ir_expr *expr)
{
    noting->use = (struct tn__analysed_use){.kind = kind};
    note(noting, expr, 0);
}

/* Whether a row of the block's own has a part in it. */
static bool is_of_block(const struct tn__ir_block *block, const struct tn__ir_expr *expr)
{
    if (expr->kind == TN__IR_COLUMN && expr->rel->block == block)
        return true;
    for (uint32_t i = 0; i < expr->arg_count; i++)
        if (is_of_block(block, expr->args[i]))
            return true;
    return false;
}

/* A literal that can be written again as it is kept. On a server that is one of a text or of an integer: of other
 * types it is bytes. */
static void note_literal(struct noting *noting, const struct tn__ir_expr *expr)
{
    static const uint32_t integers[] = {20, 21, 23};
    static const uint32_t texts[] = {25, 1043};
    bool is_server = tn__an_is_server(noting->an);
    bool is_text = !is_server && (expr->domain.classes & TN__CLASS_TEXT) != 0;
    bool is_known = !is_server;
    for (size_t i = 0; is_server && i < sizeof(integers) / sizeof(integers[0]); i++)
        is_known = is_known || expr->index == integers[i];
    for (size_t i = 0; is_server && i < sizeof(texts) / sizeof(texts[0]); i++)
        is_text = is_text || expr->index == texts[i];
    if (!is_known && !is_text)
        return;
    noting->use.literal = expr->literal;
    noting->use.is_text = is_text;
}

/* `column` compared with `other`, if it is a column of this block. */
static void note_side(struct noting *noting, enum tn__use_kind kind,
                      const struct tn__ir_expr *column, const struct tn__ir_expr *other)
{
    tn_text own = {0};
    tn_text others = {0};
    const struct tn__ir_expr *inner = bare(column, &own);
    if (inner->kind != TN__IR_COLUMN || inner->rel->block != noting->block)
        return;
    noting->use = (struct tn__analysed_use){.kind = kind};
    noting->use.is_joined = is_of_block(noting->block, other);
    if (kind == TN__USE_EQUAL && other->kind == TN__IR_CONST && other->is_literal)
        note_literal(noting, other);
    (void)bare(other, &others);
    noting->use.collation = own.data ? own : others; /* that of either side, if it is written */
    note(noting, column, 0);
}

static void note_compare(struct noting *noting, const struct tn__ir_expr *expr)
{
    bool is_equality = expr->kind == TN__IR_IS || expr->op == TN__OP_EQ;
    enum tn__use_kind kind = is_equality ? TN__USE_EQUAL : TN__USE_RANGE;
    if (expr->is_not || expr->op == TN__OP_NE)
        return;
    note_side(noting, kind, expr->args[0], expr->args[1]);
    note_side(noting, kind, expr->args[1], expr->args[0]);
}

static void note_like(struct noting *noting, const struct tn__ir_expr *expr)
{
    if (expr->is_not || expr->arg_count < 2)
        return;
    noting->use = (struct tn__analysed_use){.kind = TN__USE_RANGE};
    noting->use.collation = expr->op == TN__OP_GLOB ? TN__TEXT("BINARY") : TN__TEXT("NOCASE");
    note(noting, expr->args[0], 0);
}

static void note_condition(struct noting *noting, const struct tn__ir_expr *expr);

/* Each side of an OR may have an index of its own. */
static void note_or(struct noting *noting, const struct tn__ir_expr *expr)
{
    uint32_t outer = noting->branch;
    for (uint32_t i = 0; i < 2; i++) {
        if (expr->args[i]->kind != TN__IR_OR)
            noting->branch = ++noting->an->use_branches;
        note_condition(noting, expr->args[i]);
        noting->branch = outer;
    }
}

/* What holds where a condition does. */
static void note_condition(struct noting *noting, const struct tn__ir_expr *expr)
{
    switch (expr ? expr->kind : TN__IR_UNKNOWN) {
    case TN__IR_AND:
        note_condition(noting, expr->args[0]);
        note_condition(noting, expr->args[1]);
        break;
    case TN__IR_OR:
        note_or(noting, expr);
        break;
    case TN__IR_COMPARE:
    case TN__IR_IS:
        note_compare(noting, expr);
        break;
    case TN__IR_IN:
        if (!expr->is_not)
            note_as(noting, TN__USE_EQUAL, expr->args[0]);
        break;
    case TN__IR_IN_QUERY:
        for (uint32_t i = 0; i < expr->arg_count && !expr->is_not; i++)
            note_as(noting, TN__USE_EQUAL, expr->args[i]);
        break;
    case TN__IR_BETWEEN:
        if (!expr->is_not)
            note_as(noting, TN__USE_RANGE, expr->args[0]);
        break;
    case TN__IR_LIKE:
        note_like(noting, expr);
        break;
    case TN__IR_NULLTEST:
        note_as(noting, expr->is_not ? TN__USE_NOT_NULL : TN__USE_NULL, expr->args[0]);
        break;
    case TN__IR_NOT:
        note_as(noting, TN__USE_FALSE, expr->args[0]);
        break;
    case TN__IR_COLUMN:
        note_as(noting, TN__USE_TRUE, expr);
        break;
    default:
        break;
    }
}

void tn__uses_note(struct tn__analysis *an, const struct tn__ir_block *block)
{
    struct noting noting = {.an = an, .block = block};
    note_condition(&noting, block->where);
    for (uint32_t i = 0; i < block->join_count; i++)
        note_condition(&noting, block->joins[i]->on);
    for (uint32_t i = 0; i < block->group_count; i++)
        note_as(&noting, TN__USE_GROUP, block->group_by[i]);
    for (uint32_t i = 0; i < block->order_count; i++) {
        noting.use = (struct tn__analysed_use){.kind = TN__USE_ORDER};
        noting.use.is_desc = block->orders && block->orders[i] == TN__IR_DESC;
        note(&noting, block->order_by[i], 0);
    }
}

int tn__uses_write(struct tn__analysed *out, const struct tn__analysis *an, tn_arena *arena)
{
    struct tn__analysed_use *uses = tn_arena_array(arena, an->use_count, sizeof(*uses));
    if (!uses)
        return TN_ENOMEM;
    for (uint32_t i = 0; i < an->use_count; i++) {
        uses[i] = an->found_uses[i];
        if (tn_arena_text(arena, &uses[i].literal, an->found_uses[i].literal) != TN_OK ||
            tn_arena_text(arena, &uses[i].collation, an->found_uses[i].collation) != TN_OK)
            return TN_ENOMEM;
    }
    out->uses = uses;
    out->use_count = an->use_count;
    return TN_OK;
}
