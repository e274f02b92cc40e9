/* SPDX-License-Identifier: MIT */
#include "infer/postgres/lower.h"

#include "infer/answer.h"
#include "infer/eval.h"
#include "infer/leaves.h"
#include "infer/postgres/lowering.h"
#include "infer/uses.h"
#include "util/alloc.h"
#include "util/str.h"

/* An analysis from end to end: the server's tree is lowered and looked at, until nothing new is
 * found out about its parameters. */

/* Rules may have made several queries of one; the answer is that of the statement itself. */
static const struct tn__pg_node *main_query(const struct tn__pg_node *root)
{
    const struct tn__pg_node *found = NULL;
    for (const struct tn__pg_node *query = root->kind == TN__PG_LIST ? root->first : root; query;
         query = query->next) {
        bool is_main = tn__pg_is(query, "QUERY") && tn__pg_true(query, "canSetTag");
        bool gives = tn__pg_field(query, "returningList")->count > 0;
        if (is_main && (!found || gives))
            found = query;
    }
    return found;
}

static enum tn__ast_stmt_kind kind_of(const struct tn__pg_node *query)
{
    static const enum tn__ast_stmt_kind kinds[] = {TN__STMT_AST_OTHER, TN__STMT_AST_SELECT,
                                                   TN__STMT_AST_UPDATE, TN__STMT_AST_INSERT,
                                                   TN__STMT_AST_DELETE};
    int64_t command = query ? tn__pg_number(query, "commandType", 0) : 0;
    bool is_known = command > 0 && command < (int64_t)(sizeof(kinds) / sizeof(kinds[0]));
    return is_known ? kinds[command] : TN__STMT_AST_OTHER;
}

static struct tn__ir_query *lower(struct tn__pg_lowering *l, const struct tn__pg_node *root)
{
    const struct tn__pg_node *node = main_query(root);
    struct tn__ir_query *query = NULL;
    if (node)
        query = tn__pg_lower_query(l, node, NULL, NULL);
    else
        tn__an_doubt(l->an, "it gives no rows that the server tells of");
    for (const struct tn__pg_node *other = root->first; query && other; other = other->next) {
        if (root->kind != TN__PG_LIST || other == node || !tn__pg_is(other, "QUERY"))
            continue;
        struct tn__aside *kept = TN__AN_NEW(l->an, struct tn__aside);
        if (!kept || !(kept->query = tn__pg_lower_query(l, other, NULL, NULL)))
            return NULL;
        kept->next = l->others;
        l->others = kept;
    }
    return query;
}

/* --- parameters */

static void visit_params(struct tn__pg_lowering *l, struct tn__ir_query *query)
{
    static const struct tn__want no_want;
    struct tn__analysis *an = l->an;
    for (const struct tn__aside *other = l->others; other; other = other->next)
        if (other->query)
            tn__infer_query(an, other->query);
    for (const struct tn__pg_feed *feed = l->feeds; feed; feed = feed->next)
        tn__params_query(an, feed->query, feed->wants, feed->count);
    for (const struct tn__pg_write *write = l->writes; write; write = write->next)
        tn__params_expr(an, write->expr, write->want);
    tn__params_query(an, query, NULL, 0);
    for (const struct tn__aside *other = l->others; other; other = other->next) {
        if (other->query)
            tn__params_query(an, other->query, NULL, 0);
        else
            tn__params_expr(an, other->expr, no_want);
    }
}

/* What is known of a parameter, before its uses have been looked at: it is a value. */
static void begin_params(struct tn__analysed_param *known, size_t count,
                         const struct tn__analysed_param *said)
{
    for (size_t i = 0; i < count; i++) {
        known[i].domain = tn__domain_plain(TN__CLASS_VALUES);
        if (said && said[i].is_certain && (said[i].domain.classes & TN__CLASS_NULL))
            known[i].domain.classes |= TN__CLASS_NULL;
        known[i].is_certain = true;
    }
}

/* NULL is welcome, unless it is said that it never comes. False: nothing new. */
static bool take_params(struct tn__analysed_param *known, size_t count,
                        const struct tn__analysed_param *said, const struct tn__analysis *an)
{
    bool is_new = false;
    for (size_t i = 0; i < count; i++) {
        bool takes_null = an->wants_null[i];
        known[i].takes_null = takes_null;
        known[i].suggestion = an->uses[i].suggestion;
        known[i].domain.key = an->uses[i].domain.key;
        known[i].domain.choices = an->uses[i].domain.choices;
        if (!takes_null || (said && said[i].is_certain) ||
            (known[i].domain.classes & TN__CLASS_NULL))
            continue;
        known[i].domain.classes |= TN__CLASS_NULL;
        is_new = true;
    }
    return is_new;
}

/* --- the answer */

static int write_columns(struct tn__analysed *out, const struct tn__ir_query *query, bool is_select,
                         tn_arena *arena)
{
    int status = TN_OK;
    struct tn__analysed_column *columns =
        tn_arena_array(arena, query->column_count, sizeof(*columns));
    if (!columns)
        return TN_ENOMEM;
    for (uint32_t i = 0; i < query->column_count; i++) {
        const struct tn__ir_column *from = &query->columns[i];
        columns[i].domain = tn__domain_plain(
            (tn__classes)(TN__CLASS_VALUES | (from->domain.classes & TN__CLASS_NULL)));
        columns[i].domain.choices = from->domain.choices;
        columns[i].domain.key = from->domain.key;
        columns[i].table = from->column ? from->table : NULL;
        columns[i].column = from->column;
        columns[i].location =
            query->block_count == 1 ? query->blocks[0].items[i].location : UINT32_MAX;
        columns[i].leaf = TN__NO_LEAF;
        columns[i].is_padded = from->is_padded;
        columns[i].name = tn__answer_text(&status, arena, from->name);
    }
    out->columns = columns;
    out->column_count = query->column_count;
    if (status != TN_OK || !is_select || query->block_count != 1 || query->blocks[0].is_values)
        return status;
    return tn__leaves_write(out, columns, &query->blocks[0], NULL, arena);
}

/* The columns of each arm, and of those within it: how many; NULL: only count them. */
static size_t list_arms(struct tn__analysed_arm_column *out, int *status,
                        const struct tn__ir_query *query, tn_arena *arena)
{
    size_t count = 0;
    for (uint32_t b = 0; query->block_count > 1 && b < query->block_count; b++) {
        const struct tn__ir_rel *arm = query->blocks[b].from;
        if (arm && arm->query)
            count += list_arms(out ? out + count : NULL, status, arm->query, arena);
    }
    if (query->block_count != 1 || query->blocks[0].is_values)
        return count;
    const struct tn__ir_block *block = &query->blocks[0];
    for (uint32_t i = 0; i < block->column_count; i++, count++) {
        const struct tn__ir_expr *expr = block->items[i].expr;
        bool is_of_many = expr->kind == TN__IR_COLUMN && block->leaf_count > 1;
        if (!out)
            continue;
        out[count].location = block->items[i].location;
        out[count].name = tn__answer_text(status, arena, block->items[i].name);
        if (is_of_many)
            out[count].relation = tn__answer_text(status, arena, expr->rel->name);
    }
    return count;
}

static int write_arms(struct tn__analysed *out, const struct tn__ir_query *query, tn_arena *arena)
{
    int status = TN_OK;
    if (query->block_count < 2)
        return TN_OK;
    size_t count = list_arms(NULL, &status, query, arena);
    struct tn__analysed_arm_column *columns = tn_arena_array(arena, count, sizeof(*columns));
    if (!columns)
        return TN_ENOMEM;
    out->arm_column_count = list_arms(columns, &status, query, arena);
    out->arm_columns = columns;
    return status;
}

static int write_answer(struct tn__analysed *out, const struct tn__analysis *an,
                        const struct tn__ir_query *query, bool is_select, tn_arena *arena)
{
    int status = TN_OK;
    *out = (struct tn__analysed){.is_too_deep = an->is_too_deep};
    if (an->reason || !query) {
        out->reason =
            tn__answer_text(&status, arena, tn_text_of(an->reason ? an->reason : "")).data;
        return status;
    }
    out->is_certain = true;
    out->is_single_row = query->is_single_row;
    out->has_row = query->has_row;
    int rc = tn__answer_tables(out, &an->tables, arena);
    if (rc == TN_OK)
        rc = write_columns(out, query, is_select, arena);
    if (rc == TN_OK)
        rc = write_arms(out, query, arena);
    if (rc == TN_OK && an->options->wants_uses)
        rc = tn__uses_write(out, an, arena);
    return rc;
}

/* --- one look */

static int look(struct tn__analysed *out, bool *is_new, struct tn__analysed_param *known,
                const struct tn__analysed_param *said, struct tn__analysis *an,
                const struct tn__pg_node *root, uint32_t param_count, tn_arena *arena)
{
    struct tn__pg_lowering l = {
        .an = an, .server = an->options->catalog->server, .param_count = param_count};
    an->uses = tn__an_new(an, param_count, sizeof(*an->uses));
    an->wants_null = tn__an_new(an, param_count, sizeof(*an->wants_null));
    tn__map_init(&an->tables);
    *is_new = false;
    struct tn__ir_query *query = an->uses && an->wants_null && root ? lower(&l, root) : NULL;
    if (query && !an->reason && an->status == TN_OK) {
        tn__infer_query(an, query);
        visit_params(&l, query);
        if (an->status == TN_OK)
            *is_new = take_params(known, param_count, said, an);
    }
    if (an->status == TN_OK)
        an->status = write_answer(out, an, query,
                                  root && kind_of(main_query(root)) == TN__STMT_AST_SELECT, arena);
    for (uint32_t i = 0; i < param_count && an->status == TN_OK; i++)
        known[i].suggestion = tn__answer_text(&an->status, arena, known[i].suggestion);
    tn__map_fini(&an->tables);
    tn__free(an->facts);
    return an->status;
}

/* The tree, or NULL with the reason why there is none. */
static int read_tree(const struct tn__pg_node **out, const char **reason, bool *is_too_deep,
                     tn_text text, tn_arena *arena)
{
    *out = NULL;
    int rc = tn__pg_node_read(out, text, arena);
    *is_too_deep = rc == TN_ERANGE;
    *reason = rc == TN_OK       ? NULL
              : rc == TN_ERANGE ? "its queries and expressions nest too deeply"
                                : "the server's tree of it cannot be read";
    return rc == TN_ENOMEM ? TN_ENOMEM : TN_OK;
}

int tn__analyse_postgres(struct tn__analysed *out, tn_text tree,
                         const struct tn__pg_statement *stmt, const struct tn__analysed_param *said,
                         const struct tn__analyse_options *options, tn_arena *arena)
{
    tn_arena text = {.limit_bytes = arena->limit_bytes};
    tn_arena scratch = {.limit_bytes = arena->limit_bytes};
    const struct tn__pg_node *root = NULL;
    const char *reason = NULL;
    bool is_too_deep = false;
    bool is_new = true;
    struct tn__analysed answer = {0};
    struct tn__analysed_param *known = tn_arena_array(arena, stmt->param_count, sizeof(*known));
    int rc = known ? read_tree(&root, &reason, &is_too_deep, tree, &text) : TN_ENOMEM;
    if (rc == TN_OK)
        begin_params(known, stmt->param_count, said);
    while (rc == TN_OK && is_new) {
        struct tn__analysis an = {.options = options,
                                  .said = known,
                                  .arena = &scratch,
                                  .reason = reason,
                                  .is_too_deep = is_too_deep};
        tn_arena_reset(&scratch);
        rc = look(&answer, &is_new, known, said, &an, root, stmt->param_count, arena);
    }
    tn_arena_fini(&scratch);
    tn_arena_fini(&text);
    answer.params = known;
    answer.param_count = stmt->param_count;
    if (rc == TN_OK)
        *out = answer;
    return rc;
}

/* --- for readers */

static void read(const struct tn__reader *reader, struct tn__pg_lowering *l,
                 const struct tn__pg_node *root)
{
    struct tn__analysis *an = l->an;
    an->uses = tn__an_new(an, l->param_count, sizeof(*an->uses));
    an->wants_null = tn__an_new(an, l->param_count, sizeof(*an->wants_null));
    tn__map_init(&an->tables);
    struct tn__ir_query *query = an->uses && an->wants_null ? lower(l, root) : NULL;
    if (query && !an->reason && an->status == TN_OK) {
        tn__infer_query(an, query);
        visit_params(l, query); /* which goes into all queries in it */
    }
    if (query && !an->reason && an->status == TN_OK)
        reader->read(reader->user, an,
                     &(struct tn__reading){.kind = kind_of(main_query(root)),
                                           .query = query,
                                           .changes = l->changes,
                                           .stored = l->stored,
                                           .asides = l->others});
    tn__map_fini(&an->tables);
    tn__free(an->facts);
}

int tn__analyse_postgres_read(const struct tn__reader *reader, tn_text tree,
                              const struct tn__pg_statement *stmt,
                              const struct tn__pg_placing *placing,
                              const struct tn__analysed_param *known,
                              const struct tn__analyse_options *options)
{
    tn_arena text = {.limit_bytes = reader->arena->limit_bytes};
    tn_arena scratch = {.limit_bytes = reader->arena->limit_bytes};
    const struct tn__pg_node *root = NULL;
    struct tn__analysis an = {.options = options, .said = known, .arena = &scratch};
    struct tn__pg_lowering l = {.an = &an,
                                .server = options->catalog->server,
                                .param_count = stmt->param_count,
                                .placing = placing};
    an.status = read_tree(&root, &an.reason, &an.is_too_deep, tree, &text);
    if (an.status == TN_OK && root && !an.reason)
        read(reader, &l, root);
    tn_arena_fini(&scratch);
    tn_arena_fini(&text);
    return an.status;
}
