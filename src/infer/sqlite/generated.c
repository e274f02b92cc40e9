/* SPDX-License-Identifier: MIT */
#include "infer/eval.h"
#include "infer/sqlite/resolve.h"

#include "util/alloc.h"

/* Generated columns: nobody stores into them, so that their expression says what they hold. */

/* What has been found of one, for the analysis. */
struct tn__generated {
    const struct tn__column *column;
    struct tn__domain domain;
    const struct tn__generated *next;
};

/* The expression over a row of its table as it is stored. */
static tn__classes classes_of(struct tn__analysis *an, const struct tn__table *table,
                              const struct tn__column *column)
{
    struct tn__ir_block *block = TN__AN_NEW(an, struct tn__ir_block);
    struct tn__scope scope = {.block = block, .text = table->text, .is_view = true};
    bool was_quiet = an->is_quiet;
    const char *reason = an->reason;
    tn__classes classes = TN__CLASS_ALL;
    if (!block || !tn__scope_add_table(an, &scope, table, tn_text_of(table->name)))
        return classes;
    an->is_quiet = true;
    an->reason = NULL;
    const struct tn__ir_expr *expr = tn__resolve_expr(an, column->generated, &scope);
    if (expr && !an->reason)
        classes = tn__eval(an, expr).classes;
    an->is_quiet = was_quiet;
    an->reason = reason;
    return classes;
}

int tn__analyse_column(struct tn__domain *out, const struct tn__analyse_options *options,
                       const struct tn__table *table, const struct tn__column *column)
{
    tn_arena scratch = TN_ARENA_INIT;
    struct tn__analysis an = {.options = options, .arena = &scratch};
    tn__map_init(&an.views);
    tn__map_init(&an.tables);
    *out = tn__domain_stored(&an, table, column);
    tn__map_fini(&an.views);
    tn__map_fini(&an.tables);
    tn__free(an.facts);
    tn_arena_fini(&scratch);
    return an.status;
}

struct tn__domain tn__domain_stored(struct tn__analysis *an, const struct tn__table *table,
                                    const struct tn__column *column)
{
    struct tn__domain domain = tn__domain_column(an, table, column);
    if (!column->is_generated || table->kind != TN__TABLE)
        return domain;
    for (const struct tn__generated *g = an->generated; g; g = g->next)
        if (g->column == column)
            return g->domain;
    struct tn__generated *found = TN__AN_NEW(an, struct tn__generated);
    if (!found)
        return tn__domain_any;
    /* Should it look at itself, it finds that anything is possible. */
    found->column = column;
    found->domain = tn__domain_any;
    found->next = an->generated;
    an->generated = found;
    tn__classes classes =
        column->generated && table->text ? classes_of(an, table, column) : TN__CLASS_ALL;
    bool is_nullable = tn__is_nullable(domain) && (classes & TN__CLASS_NULL);
    if (!table->is_strict)
        domain.classes = tn__classes_stored(classes, column->affinity);
    domain.classes &= TN__CLASS_VALUES;
    /* Of one that is not kept, a sorter shows whole numbers as INTEGER (3.40). */
    if (column->affinity == TN__AFFINITY_REAL && !column->is_stored &&
        (domain.classes & TN__CLASS_REALS)) {
        if (tn__typing_of_domain(domain).type == TN__TYPE_REAL)
            domain.logical = TN__TYPE_REAL;
        domain.classes |= TN__CLASS_INT;
    }
    if (is_nullable)
        domain.classes |= TN__CLASS_NULL;
    found->domain = domain;
    return domain;
}
