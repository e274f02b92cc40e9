/* SPDX-License-Identifier: MIT */
#include "infer/nulls.h"
#include "infer/reading.h"

#include "util/str.h"

/*
 * How many rows at most, at least. A relation has one row at most if each column of one of its unique
 * keys is equal to something that is settled: a constant, a parameter, a column of a relation that has one
 * row at most itself.
 */

bool tn__rel_has_row(const struct tn__ir_rel *rel, bool is_server)
{
    if (rel->kind == TN__IR_DERIVED)
        return rel->query->has_row;
    if (rel->kind != TN__IR_JOIN)
        return false;
    bool left = tn__rel_has_row(rel->left, is_server);
    bool right = tn__rel_has_row(rel->right, is_server);
    /* An outer join should keep the rows of its side. In 3.40 an ON that is false further left empties
     * a RIGHT JOIN, and an ON with LIKE, on an index of another collation, a LEFT JOIN. */
    if (is_server && rel->join != TN__JOIN_INNER)
        return (left && rel->join != TN__JOIN_RIGHT) || (right && rel->join != TN__JOIN_LEFT);
    return rel->join == TN__JOIN_INNER && left && right && !rel->on;
}

/* column = value, where a row needs it. */
struct equality {
    const struct tn__ir_expr *column;
    const struct tn__ir_expr *value;
    tn_text collation; /* that they are compared by */
    const struct equality *next;
};

/* column IS NULL, where a row needs it. */
struct test {
    const struct tn__ir_expr *column;
    bool is_not;
    const struct test *next;
};

struct proof {
    struct tn__analysis *an;
    const struct tn__ir_block *block;
    const struct equality **of_leaf;
    const struct test **tests; /* per leaf */
    bool *is_settled;          /* per leaf */
    bool *
        is_varying; /* per settled leaf: its one row may be another one each time it is looked at */
};

enum {
    PROOFS_MAX = 1000 /* of queries in FROM, in each other */
};

static const struct tn__ir_expr *bare(const struct tn__ir_expr *expr, tn_text *collation)
{
    while (expr->kind == TN__IR_COLLATE && expr->op != TN__OP_PLUS) {
        if (!collation->data)
            *collation = expr->collation;
        expr = expr->args[0];
    }
    return expr;
}

static tn_text collation_of(const struct tn__ir_expr *left, const struct tn__ir_expr *right)
{
    tn_text explicit_left = {0};
    tn_text explicit_right = {0};
    const struct tn__ir_expr *a = bare(left, &explicit_left);
    const struct tn__ir_expr *b = bare(right, &explicit_right);
    if (explicit_left.data)
        return explicit_left;
    if (explicit_right.data)
        return explicit_right;
    if (a->kind == TN__IR_COLUMN && a->collation.data)
        return a->collation;
    return b->kind == TN__IR_COLUMN && b->collation.data ? b->collation : TN__TEXT("BINARY");
}

static bool is_numeric(enum tn__affinity affinity)
{
    return affinity == TN__AFFINITY_INTEGER || affinity == TN__AFFINITY_REAL ||
           affinity == TN__AFFINITY_NUMERIC;
}

static bool is_group_term(const struct tn__ir_block *block, const struct tn__ir_expr *column)
{
    for (uint32_t i = 0; i < block->group_count; i++)
        if (tn__ir_is_same(block->group_by[i], column))
            return true;
    return false;
}

/* What a column of a query in FROM is in there, if that is a column, too, and a condition about the one is
 * about the other: of a query with groups, those that it groups by. */
static const struct tn__ir_expr *inner_column(const struct tn__ir_expr *column)
{
    const struct tn__ir_query *query = column->rel->query;
    const struct tn__ir_block *block = &query->blocks[0];
    if (column->index == TN__IR_ROWID || query->block_count != 1 || query->is_recursive ||
        block->is_values || block->has_right)
        return NULL;
    const struct tn__ir_expr *inner = block->items[column->index].expr;
    if (inner->kind != TN__IR_COLUMN || inner->rel->block != block ||
        (block->is_aggregate && !is_group_term(block, inner)))
        return NULL;
    return inner;
}

/* The column of a table that it is in the end; NULL: none, or one whose collation nobody tells. */
static const struct tn__ir_expr *base_column(const struct tn__ir_expr *column)
{
    bool is_inner = column->rel->kind == TN__IR_DERIVED;
    while (column && column->rel->kind == TN__IR_DERIVED)
        column = inner_column(column);
    if (!column || column->rel->kind != TN__IR_TABLE)
        return NULL;
    bool is_plain = !column->collation.data || tn__text_is_nocase(column->collation, "BINARY");
    return is_inner && !is_plain ? NULL : column;
}

/* Whether the comparison takes the column's values as they are: a text column beside a number has '5'
 * and '5.0' equal. On a server (is_typed) both sides are of the operator's types: a cast is a call. */
static bool keeps_apart(const struct tn__ir_expr *column, const struct tn__ir_expr *value,
                        bool is_typed)
{
    if (is_typed || is_numeric(column->affinity) || column->index == TN__IR_ROWID)
        return true;
    bool is_plain = value->kind == TN__IR_CONST || value->kind == TN__IR_PARAM;
    if (value->query) /* as text, unless a number is what it gives */
        return column->affinity == TN__AFFINITY_TEXT && value->query->column_count == 1 &&
               !(value->query->columns[0].affinities & ~(1U << TN__AFFINITY_TEXT));
    if (column->affinity == TN__AFFINITY_TEXT)
        return is_plain || value->kind == TN__IR_CALL || value->kind == TN__IR_CONCAT ||
               (value->kind == TN__IR_COLUMN && value->rel->kind == TN__IR_TABLE &&
                !is_numeric(value->affinity));
    return is_plain || (value->kind == TN__IR_COLUMN && value->rel->kind == TN__IR_TABLE &&
                        value->affinity == TN__AFFINITY_BLOB);
}

static void add_equality(struct proof *proof, const struct tn__ir_rel *within,
                         const struct tn__ir_expr *left, const struct tn__ir_expr *right,
                         tn_text collation)
{
    tn_text ignored = {"", 0};
    const struct tn__ir_expr *column = bare(left, &ignored);
    const struct tn__ir_expr *value = bare(right, &ignored);
    if (column->kind != TN__IR_COLUMN || column->rel->block != proof->block)
        return;
    const struct tn__ir_expr *base = base_column(column);
    if (value->query)
        tn__infer_query(proof->an, value->query);
    if (!base || !keeps_apart(base, value, tn__an_is_server(proof->an)))
        return;
    uint32_t leaf = column->rel->first_leaf;
    if (within && (leaf < within->first_leaf || leaf >= within->leaf_end))
        return;
    struct equality *equality = TN__AN_NEW(proof->an, struct equality);
    if (!equality)
        return;
    *equality = (struct equality){column, value, collation, proof->of_leaf[leaf]};
    proof->of_leaf[leaf] = equality;
}

static void add_test(struct proof *proof, const struct tn__ir_rel *within,
                     const struct tn__ir_expr *expr)
{
    const struct tn__ir_expr *column = expr->args[0];
    if (column->kind != TN__IR_COLUMN || column->rel->block != proof->block)
        return;
    uint32_t leaf = column->rel->first_leaf;
    if (within && (leaf < within->first_leaf || leaf >= within->leaf_end))
        return;
    struct test *test = TN__AN_NEW(proof->an, struct test);
    if (!test)
        return;
    *test = (struct test){column, expr->is_not, proof->tests[leaf]};
    proof->tests[leaf] = test;
}

/* The equalities and tests for NULL that a true condition needs, of leaves below `within` (NULL: of any). */
static void collect(struct proof *proof, const struct tn__ir_rel *within,
                    const struct tn__ir_expr *expr)
{
    if (!expr)
        return;
    if (expr->kind == TN__IR_AND) {
        collect(proof, within, expr->args[0]);
        collect(proof, within, expr->args[1]);
    } else if (expr->kind == TN__IR_COMPARE && expr->op == TN__OP_EQ) {
        tn_text collation = collation_of(expr->args[0], expr->args[1]);
        add_equality(proof, within, expr->args[0], expr->args[1], collation);
        add_equality(proof, within, expr->args[1], expr->args[0], collation);
    } else if (expr->kind == TN__IR_NULLTEST) {
        add_test(proof, within, expr);
    } else if (expr->kind == TN__IR_IN && !expr->is_not && expr->arg_count == 2 &&
               !expr->may_be_empty) {
        add_equality(proof, within, expr->args[0], expr->args[1],
                     collation_of(expr->args[0], expr->args[0]));
    } else if (expr->kind == TN__IR_IN_QUERY && !expr->is_not && expr->arg_count == 1) {
        tn__infer_query(proof->an, expr->query);
        if (expr->query->is_single_row)
            add_equality(proof, within, expr->args[0], expr,
                         collation_of(expr->args[0], expr->args[0]));
    }
}

/* A call that gives another value each time, for all that is known. */
static bool is_changing(const struct tn__analysis *an, const struct tn__ir_expr *call)
{
    return tn__an_is_server(an) ? !call->is_pure : tn__ir_is_changing(call);
}

/* Whether an outer join has it in all rows, or in none: what it is joined to is settled. */
static bool is_presence_settled(const struct proof *proof, const struct tn__ir_rel *leaf)
{
    for (uint32_t i = 0; i < leaf->pad_count; i++) {
        const struct tn__ir_rel *join = leaf->pads[i].join;
        const struct tn__ir_rel *other = leaf->pads[i].is_right ? join->left : join->right;
        if (join->present[leaf->pads[i].is_right] > 0)
            continue;
        for (uint32_t k = other->first_leaf; k < other->leaf_end; k++)
            if (!proof->is_settled[k])
                return false;
    }
    return true;
}

/* The NULL of an absent row is another value, but equal to nothing. */
static bool is_column_settled(const struct proof *proof, const struct tn__ir_expr *column,
                              bool is_strict)
{
    const struct tn__ir_rel *leaf = column->rel;
    return leaf->block != proof->block ||
           (proof->is_settled[leaf->first_leaf] && !proof->is_varying[leaf->first_leaf] &&
            (is_strict || is_presence_settled(proof, leaf)));
}

/* Whether a query looks at rows of the block that are not settled, or may give another value each time. */
struct dependence {
    const struct proof *proof;
    bool is_found;
    bool of_rows; /* the first of the two alone */
};

static void on_expr(void *user, const struct tn__ir_expr *expr, const struct tn__ir_expr *parent)
{
    struct dependence *dependence = user;
    const struct proof *proof = dependence->proof;
    (void)parent;
    if (dependence->of_rows) {
        bool is_own = expr->kind == TN__IR_COLUMN && expr->rel->block == proof->block;
        dependence->is_found =
            dependence->is_found || (is_own && !proof->is_settled[expr->rel->first_leaf]);
        return;
    }
    if (expr->kind == TN__IR_COLUMN)
        dependence->is_found = dependence->is_found || !is_column_settled(proof, expr, false);
    if (expr->kind == TN__IR_CALL)
        dependence->is_found = dependence->is_found || is_changing(proof->an, expr);
}

static bool depends(const struct proof *proof, struct tn__ir_query *query, bool of_rows)
{
    struct dependence dependence = {.proof = proof, .of_rows = of_rows};
    struct tn__ir_walker walker = {
        .expr = on_expr, .user = &dependence, .number = tn__ir_walk_begin(proof->an)};
    tn__ir_walk_query(&walker, query, NULL);
    return dependence.is_found;
}

static bool is_query_settled(const struct proof *proof, struct tn__ir_query *query)
{
    return !depends(proof, query, false);
}

/* The same value in each row that the settled relations leave; strict: or NULL. */
static bool is_settled_or_null(const struct proof *proof, const struct tn__ir_expr *expr,
                               bool is_strict)
{
    switch (expr->kind) {
    case TN__IR_CONST:
    case TN__IR_PARAM:
        return true;
    case TN__IR_COLUMN:
        return is_column_settled(proof, expr, is_strict);
    case TN__IR_CALL:
        if (is_changing(proof->an, expr))
            return false;
        is_strict = false;
        break;
    case TN__IR_QUERY:
    case TN__IR_IN_QUERY: /* the one value that it is in */
        return is_query_settled(proof, expr->query);
    case TN__IR_COALESCE:
        is_strict = false;
        break;
    case TN__IR_NEGATE: /* these make NULL of NULL */
    case TN__IR_ARITH:
    case TN__IR_CONCAT:
    case TN__IR_CAST:
    case TN__IR_COLLATE:
        break;
    default:
        return false;
    }
    for (uint32_t i = 0; i < expr->arg_count; i++)
        if (!is_settled_or_null(proof, expr->args[i], is_strict))
            return false;
    return true;
}

/* What something is equal to in those rows. */
static bool is_settled(const struct proof *proof, const struct tn__ir_expr *expr)
{
    return is_settled_or_null(proof, expr, true);
}

static bool has_equality(const struct proof *proof, const struct tn__ir_rel *leaf, uint32_t column,
                         const char *collation)
{
    for (const struct equality *e = proof->of_leaf[leaf->first_leaf]; e; e = e->next) {
        bool is_apart = !collation || tn__text_is_nocase(e->collation, "BINARY") ||
                        tn__text_is_nocase(e->collation, collation);
        if (e->column->index == column && is_apart && is_settled(proof, e->value))
            return true;
    }
    return false;
}

/* Whether the rows that are asked for are all in a partial index. What is equal to something is not NULL. */
static bool is_within(const struct proof *proof, const struct tn__ir_rel *leaf,
                      const struct tn__index *index)
{
    for (size_t i = 0; i < index->null_test_count; i++) {
        const struct tn__null_test *wanted = &index->null_tests[i];
        uint32_t column = (uint32_t)(wanted->column - leaf->table->columns);
        bool is_met = false;
        for (const struct test *t = proof->tests[leaf->first_leaf]; t; t = t->next)
            is_met = is_met || (t->column->index == column && t->is_not == wanted->is_not);
        for (const struct equality *e = proof->of_leaf[leaf->first_leaf]; e; e = e->next)
            is_met = is_met || (e->column->index == column && wanted->is_not);
        if (!is_met)
            return false;
    }
    return !index->is_partial || index->null_test_count > 0;
}

static bool is_key_equal(const struct proof *proof, const struct tn__ir_rel *leaf,
                         const struct tn__index *index)
{
    if (!index->is_unique || index->part_count == 0 || !is_within(proof, leaf, index))
        return false;
    for (size_t i = 0; i < index->part_count; i++) {
        const struct tn__index_part *part = &index->parts[i];
        if (!part->column ||
            !has_equality(proof, leaf, (uint32_t)(part->column - leaf->table->columns),
                          part->collation))
            return false;
    }
    return true;
}

static bool prove_inside(const struct proof *outer, const struct tn__ir_rel *leaf);

/* On a server a query in FROM may look at what stands beside it: it has a row for each of those. And it may run
 * anew for each row that it is joined to. */
static bool is_query_leaf_settled(const struct proof *proof, const struct tn__ir_rel *leaf)
{
    bool is_server = tn__an_is_server(proof->an);
    if (is_server && depends(proof, leaf->query, true))
        return false;
    proof->is_varying[leaf->first_leaf] = is_server && !is_query_settled(proof, leaf->query);
    return leaf->query->is_single_row || prove_inside(proof, leaf);
}

static bool is_leaf_settled(const struct proof *proof, const struct tn__ir_rel *leaf)
{
    if (leaf->kind == TN__IR_DERIVED)
        return is_query_leaf_settled(proof, leaf);
    if (leaf->kind != TN__IR_TABLE || leaf->table->kind != TN__TABLE)
        return false;
    const struct tn__table *table = leaf->table;
    bool is_server = tn__an_is_server(proof->an);
    if (is_server && table->server && table->server->has_children)
        return false; /* an index is of one table alone */
    if (!is_server && !table->is_without_rowid && has_equality(proof, leaf, TN__IR_ROWID, NULL))
        return true;
    for (size_t i = 0; i < table->column_count; i++)
        if (table->columns[i].is_rowid_alias && has_equality(proof, leaf, (uint32_t)i, NULL))
            return true;
    for (size_t i = 0; i < table->index_count; i++)
        if (is_key_equal(proof, leaf, &table->indexes[i]))
            return true;
    return false;
}

/* Nothing to prove it with costs nothing. */
static bool prove_rows(struct proof *proof)
{
    const struct tn__ir_block *block = proof->block;
    uint32_t settled = 0;
    for (bool is_new = true; is_new && settled < block->leaf_count;) {
        is_new = false;
        for (uint32_t i = 0; i < block->leaf_count; i++) {
            if (proof->is_settled[i] || !is_leaf_settled(proof, block->leaves[i]))
                continue;
            proof->is_settled[i] = true;
            is_new = true;
            settled++;
        }
    }
    return settled == block->leaf_count;
}

/* Whether GROUP BY makes one group at most: each term is the same for all rows. What is padded is NULL in
 * some of them. */
static bool is_one_group(const struct proof *proof)
{
    const struct tn__ir_block *block = proof->block;
    for (uint32_t i = 0; i < block->leaf_count; i++)
        if (block->leaves[i]->pad_count > 0)
            return false;
    for (uint32_t i = 0; i < block->group_count; i++) {
        const struct tn__ir_expr *term = block->group_by[i];
        bool is_own = term->kind == TN__IR_COLUMN && term->rel->block == block &&
                      term->rel->kind == TN__IR_TABLE && term->index != TN__IR_ROWID;
        if (!is_settled_or_null(proof, term, false) &&
            !(is_own && has_equality(proof, term->rel, term->index,
                                     term->rel->table->columns[term->index].collation)))
            return false;
    }
    return block->group_count > 0;
}

static void collect_all(struct proof *proof)
{
    const struct tn__ir_block *block = proof->block;
    collect(proof, NULL, block->where);
    for (uint32_t i = 0; i < block->join_count; i++) {
        const struct tn__ir_rel *join = block->joins[i];
        collect(proof, join->join == TN__JOIN_LEFT ? join->right : join, join->on);
    }
}

static bool begin_proof(struct proof *out, struct tn__analysis *an,
                        const struct tn__ir_block *block)
{
    *out = (struct proof){.an = an,
                          .block = block,
                          .of_leaf =
                              tn__an_new(an, block->leaf_count, sizeof(const struct equality *)),
                          .tests = tn__an_new(an, block->leaf_count, sizeof(const struct test *)),
                          .is_settled = tn__an_new(an, block->leaf_count, sizeof(bool)),
                          .is_varying = tn__an_new(an, block->leaf_count, sizeof(bool))};
    if (!out->of_leaf || !out->tests || !out->is_settled || !out->is_varying)
        return false;
    collect_all(out);
    return true;
}

/* A query in FROM, with what is known of its columns out here as if it were a condition of its own. */
static bool prove_inside(const struct proof *outer, const struct tn__ir_rel *leaf)
{
    struct proof proof;
    const struct equality *known = outer->of_leaf[leaf->first_leaf];
    if (!known || ++outer->an->proofs > PROOFS_MAX ||
        !begin_proof(&proof, outer->an, &leaf->query->blocks[0]))
        return false;
    for (; known; known = known->next) {
        const struct tn__ir_expr *column = inner_column(known->column);
        struct equality *equality = column && is_settled(outer, known->value)
                                        ? TN__AN_NEW(outer->an, struct equality)
                                        : NULL;
        if (!equality)
            continue;
        uint32_t inside = column->rel->first_leaf;
        *equality =
            (struct equality){column, known->value, known->collation, proof.of_leaf[inside]};
        proof.of_leaf[inside] = equality;
    }
    return prove_rows(&proof) || is_one_group(&proof);
}

bool tn__block_is_single_row(struct tn__analysis *an, const struct tn__ir_block *block)
{
    struct proof proof;
    bool is_single = (block->is_aggregate && block->group_count == 0) || block->leaf_count == 0;
    if (block->leaf_count == 0 || block->has_right || !begin_proof(&proof, an, block))
        return is_single;
    is_single = prove_rows(&proof) || is_single || is_one_group(&proof);
    for (uint32_t i = 0; i < block->leaf_count; i++)
        block->leaves[i]->is_single = proof.is_settled[i];
    return is_single;
}
