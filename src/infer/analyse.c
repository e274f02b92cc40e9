/* SPDX-License-Identifier: MIT */
#include "infer/analyse.h"

#include "infer/answer.h"
#include "infer/eval.h"
#include "infer/leaves.h"
#include "infer/params.h"
#include "infer/reading.h"
#include "infer/sqlite/resolve.h"
#include "infer/uses.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/str.h"

/* An analysis from end to end: the statement is looked at again with what has been found out about
 * its parameters, until nothing new comes. */

enum {
    PASSES_MAX = 4
};

/* What one look at the statement finds. */
struct looked {
    const struct tn__ir_column *columns;
    uint32_t column_count;
    const struct tn__ir_block *blocks; /* with the items that the columns are made from */
    uint32_t block_count;
    const struct tn__ast_select *select; /* that is all of the statement; NULL: it writes */
    struct tn__ir_query *query;          /* a SELECT */
    struct tn__ir_block *returning;      /* of a statement that writes */
    bool is_single_row;
    bool has_row;
};

static void look_at_returning(struct looked *out, struct tn__analysis *an,
                              struct tn__ir_block *block)
{
    struct tn__ir_column *columns = tn__an_new(an, block->column_count, sizeof(*columns));
    if (!columns)
        return;
    an->is_returning = true;
    for (uint32_t i = 0; i < block->column_count; i++) {
        columns[i].domain = tn__eval(an, block->items[i].expr);
        tn__take_origin(&columns[i], block->items[i].expr);
    }
    an->is_returning = false;
    out->columns = columns;
    out->column_count = block->column_count;
    out->blocks = block;
    out->block_count = 1;
}

static void look(struct looked *out, struct tn__analysis *an, const struct tn__ast_stmt *stmt,
                 const struct tn__sql *sql)
{
    struct tn__scope root = {.text = sql};
    *out = (struct looked){0};
    if (stmt->is_explain) {
        tn__an_doubt(an, "the statement is an EXPLAIN");
        return;
    }
    switch (stmt->kind) {
    case TN__STMT_AST_SELECT: {
        struct tn__ir_query *query = tn__resolve_query(an, stmt->select, &root);
        if (!query) {
            tn__an_doubt(an, "it is not understood");
            return;
        }
        tn__infer_query(an, query);
        tn__params_query(an, query, NULL, 0);
        *out = (struct looked){.columns = query->columns,
                               .column_count = query->column_count,
                               .blocks = query->blocks,
                               .block_count = query->block_count,
                               .select = stmt->select,
                               .query = query,
                               .is_single_row = query->is_single_row,
                               .has_row = query->has_row};
        break;
    }
    case TN__STMT_AST_INSERT:
    case TN__STMT_AST_UPDATE:
    case TN__STMT_AST_DELETE: {
        bool is_single_row = false;
        struct tn__ir_block *returning = tn__analyse_change(an, stmt, &root, &is_single_row);
        if (returning)
            look_at_returning(out, an, returning);
        out->returning = returning;
        out->is_single_row = returning && is_single_row;
        if (returning)
            break;
        if (stmt->has_returning)
            tn__an_doubt(an, "it is not understood");
        break;
    }
    default:
        tn__an_doubt(an, "the statement is not a SELECT");
        break;
    }
}

/* --- parameters */

static void settle_params(struct tn__analysis *an, struct tn__analysed_param *out, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct tn__analysed_param *param = &out[i];
        *param = an->uses[i];
        if (param->is_conflict)
            param->is_certain = false;
        if (!param->is_certain) {
            param->domain = tn__domain_any;
        } else {
            /* What is bound is of its type, whatever is stored in the column that it meets. */
            struct tn__typing typing = tn__typing_of_domain(param->domain);
            param->domain.classes = tn__domain_of_typing(typing).classes;
        }
        param->takes_null = an->wants_null[i];
        if (param->takes_null)
            param->domain.classes |= TN__CLASS_NULL;
    }
}

static bool is_same(const struct tn__analysed_param *a, const struct tn__analysed_param *b,
                    size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (a[i].is_certain != b[i].is_certain || !tn__domain_equal(&a[i].domain, &b[i].domain))
            return false;
    return true;
}

/* --- the answer, in memory of the caller's */

tn_text tn__answer_text(int *status, tn_arena *arena, tn_text text)
{
    tn_text copy = {0};
    if (text.data && tn_arena_text(arena, &copy, text) != TN_OK)
        *status = TN_ENOMEM;
    return copy;
}

static int write_columns(struct tn__analysed *out, const struct looked *looked, tn_arena *arena)
{
    int status = TN_OK;
    struct tn__analysed_column *columns =
        tn_arena_array(arena, looked->column_count, sizeof(*columns));
    if (!columns)
        return TN_ENOMEM;
    for (uint32_t i = 0; i < looked->column_count; i++) {
        const struct tn__ir_column *from = &looked->columns[i];
        const struct tn__ir_item *item = &looked->blocks[0].items[i];
        columns[i].domain = from->domain;
        columns[i].table = from->table;
        columns[i].column = from->column;
        columns[i].span = item->span;
        columns[i].location = item->location;
        columns[i].leaf = TN__NO_LEAF;
        columns[i].is_padded = from->is_padded;
        if (item->has_alias)
            columns[i].name = tn__answer_text(&status, arena, item->name);
        if (from->reason && from->domain.classes == TN__CLASS_ALL)
            columns[i].reason = tn__answer_text(&status, arena, tn_text_of(from->reason)).data;
    }
    out->columns = columns;
    out->column_count = looked->column_count;
    if (status != TN_OK || !looked->select || looked->block_count != 1 ||
        looked->blocks[0].is_values)
        return status;
    return tn__leaves_write(out, columns, &looked->blocks[0], &looked->select->order_by, arena);
}

static int write_star(tn_text *out, const struct tn__ir_block *block,
                      const struct tn__ir_star *star, tn_arena *arena)
{
    struct tn__buf buf;
    tn__buf_init(&buf, 0);
    for (uint32_t i = star->first; i < star->end; i++) {
        const struct tn__ir_item *item = &block->items[i];
        if (item->is_unsure) {
            tn__buf_fini(&buf);
            return TN_OK;
        }
        if (i > star->first)
            tn__buf_puts(&buf, ", ");
        if (item->qualifier.data) {
            tn__sql_put_name(&buf, item->qualifier);
            tn__buf_putc(&buf, '.');
        }
        tn__sql_put_name(&buf, item->name);
    }
    int rc = star->end > star->first ? tn__buf_to_arena(&buf, arena, out) : TN_OK;
    tn__buf_fini(&buf);
    return rc;
}

static int write_stars(struct tn__analysed *out, const struct looked *looked, tn_arena *arena)
{
    size_t count = 0;
    for (uint32_t b = 0; b < looked->block_count; b++)
        count += looked->blocks[b].star_count;
    struct tn__analysed_star *stars = tn_arena_array(arena, count, sizeof(*stars));
    if (!stars)
        return TN_ENOMEM;
    count = 0;
    for (uint32_t b = 0; b < looked->block_count; b++) {
        const struct tn__ir_block *block = &looked->blocks[b];
        for (uint32_t s = 0; s < block->star_count; s++, count++) {
            stars[count].span = block->stars[s].span;
            if (write_star(&stars[count].text, block, &block->stars[s], arena) != TN_OK)
                return TN_ENOMEM;
        }
    }
    out->stars = stars;
    out->star_count = count;
    return TN_OK;
}

static int write_faults(struct tn__analysed *out, const struct tn__name_fault *faults,
                        tn_arena *arena)
{
    struct tn__name_fault *last = NULL;
    for (; faults; faults = faults->next) {
        struct tn__name_fault *copy = tn_arena_array(arena, 1, sizeof(*copy));
        if (!copy)
            return TN_ENOMEM;
        *copy = *faults;
        copy->next = NULL;
        if (faults->choices &&
            !(copy->choices = tn_arena_copy(arena, faults->choices, strlen(faults->choices))))
            return TN_ENOMEM;
        if (last)
            last->next = copy;
        else
            out->faults = copy;
        last = copy;
    }
    return TN_OK;
}

int tn__answer_tables(struct tn__analysed *out, const struct tn__map *map, tn_arena *arena)
{
    const struct tn__table **tables =
        tn_arena_array(arena, map->count, sizeof(const struct tn__table *));
    if (!tables)
        return TN_ENOMEM;
    for (size_t i = 0; i < map->count; i++)
        tables[i] = map->entries[i].value;
    out->tables = tables;
    out->table_count = map->count;
    return TN_OK;
}

static int write_answer(struct tn__analysed *out, struct tn__analysis *an,
                        const struct looked *looked, tn_arena *arena)
{
    int status = TN_OK;
    int rc = write_faults(out, an->faults, arena);
    out->is_too_deep = an->is_too_deep;
    if (rc == TN_OK && an->options->wants_uses)
        rc = tn__uses_write(out, an, arena);
    if (an->reason) {
        out->reason = tn__answer_text(&status, arena, tn_text_of(an->reason)).data;
        return rc != TN_OK ? rc : status;
    }
    out->is_certain = true;
    out->is_single_row = looked->is_single_row;
    out->has_row = looked->has_row;
    if (rc == TN_OK)
        rc = tn__answer_tables(out, &an->tables, arena);
    if (rc == TN_OK)
        rc = write_columns(out, looked, arena);
    return rc == TN_OK ? write_stars(out, looked, arena) : rc;
}

/* --- one look, with all the memory that it needs for itself */

static void begin_pass(struct tn__analysis *an, size_t param_count)
{
    an->uses = tn__an_new(an, param_count, sizeof(*an->uses));
    an->wants_null = tn__an_new(an, param_count, sizeof(*an->wants_null));
    tn__map_init(&an->views);
    tn__map_init(&an->tables);
}

static void end_pass(struct tn__analysis *an)
{
    tn__map_fini(&an->views);
    tn__map_fini(&an->tables);
    tn__free(an->facts);
}

static int pass(struct tn__analysed *out, struct tn__analysed_param *next, size_t count,
                struct tn__analysis *an, const struct tn__ast_stmt *stmt, const struct tn__sql *sql,
                tn_arena *arena)
{
    struct looked looked;
    begin_pass(an, count);
    if (an->status == TN_OK)
        look(&looked, an, stmt, sql);
    if (an->status == TN_OK)
        settle_params(an, next, count);
    *out = (struct tn__analysed){0};
    if (an->status == TN_OK)
        an->status = write_answer(out, an, &looked, arena);
    end_pass(an);
    return an->status;
}

int tn__analyse(struct tn__analysed *out, const struct tn__ast_stmt *stmt,
                const struct tn__sql *sql, const struct tn__sql_params *params,
                const struct tn__analysed_param *said, const struct tn__analyse_options *options,
                tn_arena *arena)
{
    tn_arena scratch = {.limit_bytes = arena->limit_bytes};
    size_t count = params->count;
    struct tn__analysed answer = {0};
    struct tn__analysed_param *known = tn_arena_array(arena, count, sizeof(*known));
    struct tn__analysed_param *next = tn_arena_array(arena, count, sizeof(*next));
    if (!known || !next)
        return TN_ENOMEM;
    for (size_t i = 0; i < count; i++) {
        known[i].domain = tn__domain_any;
        if (said && said[i].is_certain)
            known[i] = said[i];
    }
    int rc = TN_OK;
    for (int i = 0; i < PASSES_MAX; i++) {
        struct tn__analysis an = {
            .options = options, .params = params, .said = known, .arena = &scratch};
        tn_arena_reset(&scratch);
        rc = pass(&answer, next, count, &an, stmt, sql, arena);
        if (rc != TN_OK)
            break;
        for (size_t p = 0; said && p < count; p++)
            if (said[p].is_certain) {
                next[p].is_certain = true;
                next[p].is_conflict = false;
                next[p].domain = said[p].domain;
            }
        bool is_last = i + 1 == PASSES_MAX || is_same(known, next, count);
        if (is_last)
            break;
        memcpy(known, next, count * sizeof(*known));
    }
    /* What is reported is what the answer took for true; the names come from the last look. */
    for (size_t p = 0; p < count; p++) {
        known[p].suggestion = next[p].suggestion;
        known[p].is_conflict = next[p].is_conflict;
        known[p].takes_null = next[p].takes_null;
        if (!known[p].is_certain)
            known[p].domain = tn__domain_any;
        tn_text name = known[p].suggestion;
        if (rc == TN_OK && name.size > 0 &&
            tn_arena_text(arena, &known[p].suggestion, name) != TN_OK)
            rc = TN_ENOMEM;
    }
    tn_arena_fini(&scratch);
    answer.params = known;
    answer.param_count = count;
    if (rc == TN_OK)
        *out = answer;
    return rc;
}

int tn__analyse_read(const struct tn__reader *reader, const struct tn__ast_stmt *stmt,
                     const struct tn__sql *sql, const struct tn__sql_params *params,
                     const struct tn__analysed_param *known,
                     const struct tn__analyse_options *options)
{
    tn_arena scratch = {.limit_bytes = reader->arena->limit_bytes};
    struct tn__analysis an = {
        .options = options, .params = params, .said = known, .arena = &scratch};
    struct looked looked;
    begin_pass(&an, params->count);
    if (an.status == TN_OK)
        look(&looked, &an, stmt, sql);
    if (an.status == TN_OK && !an.reason)
        reader->read(reader->user, &an,
                     &(struct tn__reading){
                         .kind = stmt->kind, .query = looked.query, .returning = looked.returning});
    end_pass(&an);
    tn_arena_fini(&scratch);
    return an.status;
}
