/* SPDX-License-Identifier: MIT */
#include "show/words.h"

#include "sql/parse.h"
#include "util/str.h"

void tn__words_cell(struct tn__grid *grid, struct tn__buf *cell)
{
    if (tn__buf_status(cell) != TN_OK)
        grid->status = TN_ENOMEM;
    tn__grid_cell(grid, tn__buf_view(cell));
    tn__buf_reset(cell);
}

const struct tn__column *tn__words_key(const struct tn__table *table, size_t i)
{
    for (size_t k = 0; k < table->index_count; k++) {
        const struct tn__index *index = &table->indexes[k];
        if (index->is_primary_key)
            return i < index->part_count ? index->parts[i].column : NULL;
    }
    for (size_t k = 0; k < table->column_count && i == 0; k++)
        if (table->columns[k].is_primary_key)
            return &table->columns[k];
    return NULL;
}

/* Without parentheses around all of it: CHECK (…) has them anyway. */
static struct tn__sql_span span_of(const struct tn__sql *text, const struct tn__ast_expr *expr)
{
    struct tn__sql_span span = expr->span;
    bool is_bracketed = expr->is_bracketed;
    while (span.begin < span.end && text->tokens[span.begin].kind == TN__TOK_LPAREN) {
        size_t end = tn__sql_skip_group(text, span.begin);
        if (!is_bracketed && end != span.end)
            break;
        span = (struct tn__sql_span){span.begin + 1, end - 1};
        is_bracketed = false;
    }
    return span;
}

tn_text tn__words_expr(const struct tn__sql *text, const struct tn__ast_expr *expr)
{
    return text && expr ? tn__sql_bytes(text, span_of(text, expr)) : (tn_text){NULL, 0};
}

bool tn__words_line(struct tn__buf *out, const struct tn__sql *text,
                    const struct tn__ast_expr *expr)
{
    if (!text || !expr)
        return false;
    struct tn__sql_span span = span_of(text, expr);
    for (size_t i = span.begin; i < span.end; i++) {
        const struct tn__sql_token *token = &text->tokens[i];
        if (i > span.begin && token[-1].offset + token[-1].size < token->offset)
            tn__buf_putc(out, ' ');
        tn__buf_text(out, tn__sql_text(text, i));
    }
    return true;
}

void tn__words_kind(struct tn__buf *out, const struct tn__table *table)
{
    if (table->kind == TN__VIEW)
        tn__buf_puts(out, "view");
    else if (table->kind == TN__MATERIALIZED_VIEW)
        tn__buf_puts(out, "materialized view");
    else if (table->server && table->kind == TN__VIRTUAL_TABLE)
        tn__buf_puts(out, "foreign table");
    else if (table->server)
        tn__buf_puts(out, table->server->partition_key  ? "partitioned table"
                          : table->server->is_partition ? "partition"
                                                        : "table");
    else if (table->kind == TN__VIRTUAL_TABLE)
        tn__buf_puts(out, table->module ? table->module : "virtual table");
    else
        tn__buf_printf(out, "%stable%s", table->is_strict ? "strict " : "",
                       table->is_without_rowid ? " without rowid" : "");
}

void tn__words_names(struct tn__buf *out, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        tn__buf_printf(out, "%s%s", i > 0 ? ", " : "", names[i]);
}

void tn__words_parts(struct tn__buf *out, const struct tn__index *index)
{
    for (size_t i = 0; i < index->part_count; i++) {
        const struct tn__index_part *part = &index->parts[i];
        const char *of_others = index->method ? "default" : "BINARY";
        const char *own = part->column ? part->column->collation : of_others;
        tn__buf_puts(out, i > 0 ? ", " : "");
        if (part->column)
            tn__buf_puts(out, part->column->name);
        else if (part->is_rowid)
            tn__buf_puts(out, "rowid");
        else if (part->expr_sql)
            tn__buf_puts(out, part->expr_sql);
        else if (!tn__words_line(out, index->text, part->expr))
            tn__buf_puts(out, "(expression)");
        if (!tn__text_is_nocase(tn_text_of(part->collation), own))
            tn__buf_printf(out, " COLLATE %s", part->collation);
        tn__buf_puts(out, part->is_desc ? " DESC" : "");
        if (index->method && part->is_nulls_first != part->is_desc)
            tn__buf_puts(out, part->is_nulls_first ? " NULLS FIRST" : " NULLS LAST");
    }
    for (size_t i = 0; i < index->include_count; i++)
        tn__buf_printf(out, "%s%s", i > 0 ? ", " : " INCLUDE ", index->includes[i]);
}

void tn__words_parents(struct tn__buf *out, const struct tn__catalog *catalog,
                       const struct tn__foreign_key *key)
{
    if (key->parents) {
        tn__words_names(out, key->parents, key->column_count);
        return;
    }
    const struct tn__table *parent = tn__foreign_key_parent(catalog, key);
    for (size_t i = 0; parent && i < key->column_count; i++) {
        const struct tn__column *column = tn__words_key(parent, i);
        tn__buf_printf(out, "%s%s", i > 0 ? ", " : "", column ? column->name : "?");
    }
}

void tn__words_event(struct tn__buf *out, const struct tn__trigger *trigger)
{
    static const char *const times[] = {"BEFORE", "AFTER", "INSTEAD OF"};
    static const char *const events[] = {"INSERT", "UPDATE", "DELETE"};
    const struct tn__ast_stmt *stmt = trigger->stmt;
    tn__buf_puts(out, trigger->event ? trigger->event : "");
    if (!stmt)
        return;
    tn__buf_printf(out, "%s %s", times[stmt->time], events[stmt->event]);
    const char *before = " OF ";
    for (const struct tn__ast_name_item *item = stmt->columns.first; item; item = item->next) {
        tn__buf_puts(out, before);
        tn__buf_text(out, item->name.text);
        before = ", ";
    }
}
