/* SPDX-License-Identifier: MIT */
#include "render/glyph.h"
#include "show/words.h"
#include "util/str.h"

/* A server's types, functions and sequences: rows of the overview, and a page about one of them. */

/* --- finding ------------------------------------------------------------------------------------- */

static bool is_named(struct tn__buf *label, const struct tn__catalog *catalog, tn_text name,
                     const char *schema, const char *own)
{
    tn_text whole;
    tn__buf_reset(label);
    tn__buf_printf(label, "%s.%s", schema, own);
    whole = tn__buf_view(label);
    if (whole.size > 0 && tn__text_equal_nocase(whole, name))
        return true;
    tn__buf_reset(label);
    tn__words_object(label, catalog, schema, own);
    return tn__buf_status(label) == TN_OK && tn__text_equal_nocase(tn__buf_view(label), name);
}

bool tn__show_find_object(struct tn__shown *out, const struct tn__catalog *catalog, tn_text name)
{
    const struct tn__server_catalog *server = catalog->server;
    struct tn__shown shown = {0};
    struct tn__buf label;
    tn__buf_init(&label, 0);
    for (size_t i = 0; i < server->type_count && !shown.type; i++)
        if (tn__words_is_shown(&server->types[i]) &&
            is_named(&label, catalog, name, server->types[i].schema, server->types[i].name))
            shown.type = &server->types[i];
    for (size_t i = 0; i < server->function_count && !shown.type && !shown.function; i++)
        if (!server->functions[i].is_own &&
            is_named(&label, catalog, name, server->functions[i].schema, server->functions[i].name))
            shown.function = &server->functions[i];
    bool is_found = shown.type || shown.function;
    for (size_t i = 0; i < server->sequence_count && !is_found && !shown.sequence; i++)
        if (is_named(&label, catalog, name, server->sequences[i].schema, server->sequences[i].name))
            shown.sequence = &server->sequences[i];
    tn__buf_fini(&label);
    if (!is_found && !shown.sequence)
        return false;
    *out = shown;
    return true;
}

/* --- the overview -------------------------------------------------------------------------------- */

/* Of its seven columns they have the first two. */
static void put_row(struct tn__grid *grid, const struct tn__catalog *catalog, struct tn__buf *cell,
                    const char *schema, const char *name, const char *kind)
{
    tn__words_object(cell, catalog, schema, name);
    tn__words_cell(grid, cell);
    tn__grid_cell(grid, tn_text_of(kind));
    for (size_t i = 2; i < grid->column_count; i++)
        tn__grid_cell(grid, TN__TEXT(""));
}

void tn__show_objects(struct tn__grid *grid, const struct tn__catalog *catalog,
                      struct tn__buf *cell)
{
    const struct tn__server_catalog *server = catalog->server;
    for (size_t i = 0; i < server->type_count; i++)
        if (tn__words_is_shown(&server->types[i]))
            put_row(grid, catalog, cell, server->types[i].schema, server->types[i].name,
                    tn__words_type_kind(&server->types[i]));
    for (size_t i = 0; i < server->function_count; i++)
        if (!server->functions[i].is_own)
            put_row(grid, catalog, cell, server->functions[i].schema, server->functions[i].name,
                    tn__words_function_kind(&server->functions[i]));
    for (size_t i = 0; i < server->sequence_count; i++)
        if (!server->sequences[i].is_own && !server->sequences[i].owner_table)
            put_row(grid, catalog, cell, server->sequences[i].schema, server->sequences[i].name,
                    "sequence");
}

/* --- pages --------------------------------------------------------------------------------------- */

struct page {
    struct tn__buf *out;
    const struct tn__catalog *catalog;
    struct tn__buf line;
    bool is_colored;
};

static void put_line(struct page *page)
{
    tn_text rest = tn__buf_view(&page->line);
    tn_text line;
    while (tn__text_line(&rest, &line)) {
        tn__glyph_text(page->out, line);
        tn__buf_putc(page->out, '\n');
    }
    tn__buf_reset(&page->line);
}

static void put_head(struct page *page, const char *schema, const char *name, const char *kind)
{
    tn__words_object(&page->line, page->catalog, schema, name);
    tn__buf_puts(page->out, page->is_colored ? "\033[1m" : "");
    tn__glyph_text(page->out, tn__buf_view(&page->line));
    tn__buf_printf(page->out, "%s: %s", page->is_colored ? "\033[0m" : "", kind);
    tn__buf_reset(&page->line);
}

/* Where its users are. */
static void put_uses(struct page *page, const struct tn__server_type *type)
{
    const struct tn__catalog *catalog = page->catalog;
    for (size_t t = 0; t < catalog->table_count; t++) {
        const struct tn__table *table = &catalog->tables[t];
        for (size_t i = 0; i < table->column_count; i++) {
            const struct tn__server_type *own = table->columns[i].type;
            if (own != type && !(own && own->kind == TN__SERVER_ARRAY && own->inner == type))
                continue;
            tn__buf_printf(&page->line, "used by %s.%s", tn__table_label(table),
                           table->columns[i].name);
            put_line(page);
        }
    }
}

static void put_type(struct page *page, const struct tn__server_type *type)
{
    put_head(page, type->schema, type->name, tn__words_type_kind(type));
    if (type->inner) {
        tn__buf_puts(&page->line, " of ");
        tn__words_object(&page->line, page->catalog, type->inner->schema, type->inner->name);
    }
    if (type->is_not_null)
        tn__buf_puts(&page->line, " NOT NULL");
    if (type->default_sql)
        tn__buf_printf(&page->line, " DEFAULT %s", type->default_sql);
    tn__buf_putc(&page->line, '\n');
    for (size_t i = 0; i < type->check_count; i++)
        tn__buf_printf(&page->line, "%s\n", type->checks[i]);
    for (size_t i = 0; type->kind == TN__SERVER_ENUM && i < type->label_count; i++) {
        tn__buf_sql_string(&page->line, type->labels[i]);
        tn__buf_putc(&page->line, '\n');
    }
    for (size_t i = 0; i < type->field_count; i++) {
        const struct tn__server_type *of = type->fields[i].type;
        tn__buf_printf(&page->line, "%s ", type->fields[i].name);
        tn__words_object(&page->line, page->catalog, of ? of->schema : "", of ? of->name : "?");
        tn__buf_putc(&page->line, '\n');
    }
    if (type->comment)
        tn__buf_printf(&page->line, "%s\n", type->comment);
    put_line(page);
    put_uses(page, type);
}

static void put_function(struct page *page, const struct tn__server_function *function)
{
    put_head(page, function->schema, function->name, tn__words_function_kind(function));
    tn__buf_printf(&page->line, " (%s)\n", function->arguments);
    if (function->comment)
        tn__buf_printf(&page->line, "%s\n", function->comment);
    if (function->sql)
        tn__buf_printf(&page->line, "\n%s", function->sql);
    put_line(page);
}

static void put_functions(struct page *page, const struct tn__server_function *first)
{
    const struct tn__server_catalog *server = page->catalog->server;
    for (size_t i = 0; i < server->function_count; i++)
        if (tn__words_is_overload(&server->functions[i], first))
            put_function(page, &server->functions[i]);
}

static void put_sequence(struct page *page, const struct tn__server_sequence *sequence)
{
    put_head(page, sequence->schema, sequence->name, "sequence");
    tn__buf_printf(&page->line, " of %s, from %lld to %lld by %lld, beginning with %lld%s\n",
                   sequence->type, (long long)sequence->min, (long long)sequence->max,
                   (long long)sequence->increment, (long long)sequence->start,
                   sequence->cycles ? ", over and over" : "");
    if (sequence->owner_table)
        tn__buf_printf(&page->line, "of the column %s.%s\n", sequence->owner_table,
                       sequence->owner_column ? sequence->owner_column : "?");
    if (sequence->comment)
        tn__buf_printf(&page->line, "%s\n", sequence->comment);
    put_line(page);
}

void tn__show_object(struct tn__buf *out, const struct tn__catalog *catalog,
                     const struct tn__shown *shown, bool is_colored)
{
    struct page page = {.out = out, .catalog = catalog, .is_colored = is_colored};
    tn__buf_init(&page.line, 0);
    if (shown->type)
        put_type(&page, shown->type);
    else if (shown->function)
        put_functions(&page, shown->function);
    else
        put_sequence(&page, shown->sequence);
    tn__buf_fini(&page.line);
}
