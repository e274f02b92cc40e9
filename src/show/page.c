/* SPDX-License-Identifier: MIT */
#include "render/glyph.h"
#include "show/show.h"
#include "show/words.h"
#include "util/str.h"

/* A page under construction: sections with an empty line in front of each. */
struct page {
    struct tn__buf *out;
    struct tn__buf cell;
    struct tn__grid grid; /* of the section */
    const struct tn__catalog *catalog;
    const struct tn__table *table;
    tn_arena *arena;
    bool is_colored;
};

#define BEGIN(page, columns) begin((page), (columns), sizeof(columns) / sizeof((columns)[0]))

static void begin(struct page *page, const struct tn__grid_column *columns, size_t count)
{
    tn__grid_init(&page->grid, columns, count, page->arena);
}

/* A section without rows is none. */
static void end(struct page *page)
{
    if (page->grid.status == TN_OK && page->grid.cell_count == 0)
        return;
    tn__buf_putc(page->out, '\n');
    tn__grid_text(page->out, &page->grid, page->is_colored);
}

static void put(struct page *page, const char *text)
{
    tn__grid_cell(&page->grid, tn_text_of(text));
}

static void put_cell(struct page *page)
{
    tn__words_cell(&page->grid, &page->cell);
}

static void put_head(struct page *page, const char *name)
{
    tn__buf_puts(page->out, page->is_colored ? "\033[1m" : "");
    tn__glyph_text(page->out, tn_text_of(name));
    tn__buf_puts(page->out, page->is_colored ? "\033[0m: " : ": ");
}

/* As it was written, but for what a terminal would not show. */
static void put_sql(struct page *page, const char *sql)
{
    tn_text rest = tn_text_of(sql ? sql : "");
    tn_text line;
    if (rest.size > 0)
        tn__buf_putc(page->out, '\n');
    while (tn__text_line(&rest, &line)) {
        tn__glyph_text(page->out, line);
        tn__buf_putc(page->out, '\n');
    }
}

/* --- columns -------------------------------------------------------------------------------------- */

/* "rowid", or the place in the primary key from 1. */
static void put_key(struct page *page, const struct tn__column *column)
{
    const struct tn__column *part;
    if (column->is_rowid_alias)
        tn__buf_puts(&page->cell, "rowid");
    else if (column->is_primary_key)
        for (size_t i = 0; (part = tn__words_key(page->table, i)) != NULL; i++)
            if (part == column)
                tn__buf_printf(&page->cell, "%zu", i + 1);
    put_cell(page);
}

static void put_note(struct page *page, const char *note)
{
    tn__buf_printf(&page->cell, "%s%s", page->cell.size > 0 ? ", " : "", note);
}

/* What not every column has. */
static void put_notes(struct page *page, const struct tn__column *column)
{
    if (column->is_generated)
        put_note(page, column->is_stored ? "generated, stored" : "generated");
    if (column->generated || column->generated_sql)
        tn__buf_puts(&page->cell, ": ");
    tn__words_line(&page->cell, page->table->text, column->generated);
    tn__words_condition(&page->cell, column->generated_sql);
    if (column->identity)
        put_note(page, column->identity == 'a' ? "identity, always" : "identity");
    if (!tn__text_is_nocase(tn_text_of(column->collation),
                            page->catalog->server ? "default" : "BINARY")) {
        put_note(page, "COLLATE ");
        tn__buf_puts(&page->cell, column->collation);
    }
    if (column->is_hidden)
        put_note(page, "hidden");
    if (column->is_flag)
        put_note(page, "0 or 1");
    for (size_t i = 0; i < column->choice_count; i++) {
        if (i == 0)
            put_note(page, "");
        else
            tn__buf_puts(&page->cell, " | ");
        tn__buf_sql_string(&page->cell, column->choices[i]);
    }
    if (column->is_null_by_default)
        put_note(page, "NOT NULL is not kept");
    if (column->comment)
        put_note(page, column->comment);
    put_cell(page);
}

static void put_columns(struct page *page)
{
    static const struct tn__grid_column columns[] = {
        {"column", TN__LEFT}, {"type", TN__LEFT},    {"null", TN__LEFT},
        {"key", TN__LEFT},    {"default", TN__LEFT}, {"notes", TN__LEFT},
    };
    BEGIN(page, columns);
    for (size_t i = 0; i < page->table->column_count; i++) {
        const struct tn__column *column = &page->table->columns[i];
        put(page, column->name);
        put(page,
            page->catalog->server ? tn__words_declared(page->catalog, column) : column->declared);
        put(page, column->is_not_null || column->is_rowid_alias ? "no" : "yes");
        put_key(page, column);
        put(page, column->default_sql);
        put_notes(page, column);
    }
    end(page);
}

/* --- what stands around them ---------------------------------------------------------------------- */

static void put_indexes(struct page *page)
{
    static const struct tn__grid_column columns[] = {
        {"index", TN__LEFT}, {"unique", TN__LEFT}, {"on", TN__LEFT}, {"where", TN__LEFT}};
    BEGIN(page, columns);
    for (size_t i = 0; i < page->table->index_count; i++) {
        const struct tn__index *index = &page->table->indexes[i];
        put(page, index->is_primary_key                                           ? "(primary key)"
                  : index->is_constraint && (index->is_unique || index->is_loose) ? "(unique)"
                  : index->is_constraint                                          ? "(exclude)"
                                                                                  : index->name);
        put(page, index->is_unique ? "yes" : index->is_loose ? "loosely" : "no");
        tn__words_parts(&page->cell, index);
        put_cell(page);
        if (index->where_sql)
            tn__words_condition(&page->cell, index->where_sql);
        else if (!tn__words_line(&page->cell, index->text, index->where) && index->is_partial)
            tn__buf_puts(&page->cell, "…");
        put_cell(page);
    }
    end(page);
}

static void put_actions(struct page *page, const struct tn__foreign_key *key)
{
    put(page, key->on_delete);
    put(page, key->on_update);
    put(page, key->is_deferred ? "yes" : "no");
}

#define ACTIONS                                    \
 {"on delete", TN__LEFT}, {"on update", TN__LEFT}, \
 {                                                 \
  "deferred", TN__LEFT                             \
 }

static void put_foreign_keys(struct page *page)
{
    static const struct tn__grid_column columns[] = {
        {"foreign key", TN__LEFT}, {"references", TN__LEFT}, ACTIONS};
    BEGIN(page, columns);
    for (size_t i = 0; i < page->table->foreign_key_count; i++) {
        const struct tn__foreign_key *key = &page->table->foreign_keys[i];
        tn__words_names(&page->cell, key->columns, key->column_count);
        put_cell(page);
        tn__buf_printf(&page->cell, "%s (", key->table);
        tn__words_parents(&page->cell, page->catalog, key);
        tn__buf_putc(&page->cell, ')');
        put_cell(page);
        put_actions(page, key);
    }
    end(page);
}

/* The other direction. */
static void put_referrers(struct page *page)
{
    static const struct tn__grid_column columns[] = {
        {"referenced by", TN__LEFT}, {"columns", TN__LEFT}, ACTIONS};
    BEGIN(page, columns);
    for (size_t t = 0; t < page->catalog->table_count; t++) {
        const struct tn__table *table = &page->catalog->tables[t];
        for (size_t i = 0; i < table->foreign_key_count; i++) {
            const struct tn__foreign_key *key = &table->foreign_keys[i];
            if (tn__foreign_key_parent(page->catalog, key) != page->table)
                continue;
            tn__buf_printf(&page->cell, "%s (", tn__table_label(table));
            tn__words_names(&page->cell, key->columns, key->column_count);
            tn__buf_putc(&page->cell, ')');
            put_cell(page);
            tn__words_parents(&page->cell, page->catalog, key);
            put_cell(page);
            put_actions(page, key);
        }
    }
    end(page);
}

static void put_checks(struct page *page)
{
    static const struct tn__grid_column columns[] = {{"check", TN__LEFT}, {"name", TN__LEFT}};
    BEGIN(page, columns);
    for (size_t i = 0; i < page->table->check_count; i++) {
        const struct tn__check *check = &page->table->checks[i];
        tn__words_line(&page->cell, page->table->text, check->expr);
        tn__words_condition(&page->cell, check->sql);
        put_cell(page);
        put(page, check->name);
    }
    end(page);
}

static void put_triggers(struct page *page)
{
    static const struct tn__grid_column columns[] = {{"trigger", TN__LEFT}, {"when", TN__LEFT}};
    BEGIN(page, columns);
    for (size_t i = 0; i < page->table->trigger_count; i++) {
        put(page, page->table->triggers[i].name);
        tn__words_event(&page->cell, &page->table->triggers[i]);
        put_cell(page);
    }
    end(page);
}

static void put_policies(struct page *page)
{
    static const struct tn__grid_column columns[] = {{"policy", TN__LEFT}, {"for", TN__LEFT},
                                                     {"to", TN__LEFT},     {"using", TN__LEFT},
                                                     {"check", TN__LEFT},  {"kind", TN__LEFT}};
    const struct tn__server_table *server = page->table->server;
    BEGIN(page, columns);
    for (size_t i = 0; server && i < server->policy_count; i++) {
        const struct tn__server_policy *policy = &server->policies[i];
        put(page, policy->name);
        put(page, policy->command);
        put(page, policy->roles);
        tn__words_condition(&page->cell, policy->using_sql);
        put_cell(page);
        tn__words_condition(&page->cell, policy->check_sql);
        put_cell(page);
        put(page, policy->is_permissive ? "permissive" : "restrictive");
    }
    end(page);
}

static void put_line(struct page *page)
{
    tn__glyph_text(page->out, tn__buf_view(&page->cell));
    tn__buf_putc(page->out, '\n');
    tn__buf_reset(&page->cell);
}

static bool is_parent(const struct tn__server_table *child, const struct tn__table *table)
{
    for (size_t i = 0; child && i < child->parent_count; i++)
        if (child->parents[i] == table)
            return true;
    return false;
}

/* The tables that are parts of it, or have its columns. */
static void put_children(struct page *page)
{
    for (size_t i = 0; i < page->catalog->table_count; i++) {
        const struct tn__table *table = &page->catalog->tables[i];
        const struct tn__server_table *child = table->server;
        if (!is_parent(child, page->table))
            continue;
        tn__buf_printf(&page->cell, "%s %s", child->is_partition ? "partition" : "inherited by",
                       tn__table_label(table));
        if (child->partition_bound)
            tn__buf_printf(&page->cell, " %s", child->partition_bound);
        put_line(page);
    }
}

/* What a server knows of the table as a whole: a line each. */
static void put_facts(struct page *page)
{
    const struct tn__server_table *server = page->table->server;
    if (page->table->comment) {
        tn__buf_puts(&page->cell, page->table->comment);
        put_line(page);
    }
    if (server && server->partition_key) {
        tn__buf_printf(&page->cell, "partitioned by %s", server->partition_key);
        put_line(page);
    }
    for (size_t i = 0; server && i < server->parent_count; i++) {
        tn__buf_printf(&page->cell, "%s %s", server->is_partition ? "partition of" : "inherits",
                       tn__table_label(server->parents[i]));
        if (server->partition_bound)
            tn__buf_printf(&page->cell, " %s", server->partition_bound);
        put_line(page);
    }
    put_children(page);
    if (server && server->has_row_security) {
        tn__buf_printf(&page->cell, "row-level security%s",
                       server->is_security_forced ? ", of the owner, too" : "");
        put_line(page);
    }
}

/* --- pages ---------------------------------------------------------------------------------------- */

static void put_table(struct page *page)
{
    put_head(page, tn__table_label(page->table));
    tn__words_kind(page->out, page->table);
    tn__buf_putc(page->out, '\n');
    put_facts(page);
    put_columns(page);
    put_indexes(page);
    put_foreign_keys(page);
    put_referrers(page);
    put_checks(page);
    put_triggers(page);
    put_policies(page);
    put_sql(page, page->table->sql);
}

static void put_index(struct page *page, const struct tn__index *index)
{
    static const struct tn__grid_column columns[] = {
        {"part", TN__LEFT}, {"collation", TN__LEFT}, {"order", TN__LEFT}};
    put_head(page, index->name);
    tn__buf_puts(page->out, index->is_partial ? "partial " : "");
    tn__buf_puts(page->out, index->is_unique ? "unique index of " : "index of ");
    tn__glyph_text(page->out, tn_text_of(tn__table_label(page->table)));
    tn__buf_putc(page->out, '\n');
    BEGIN(page, columns);
    for (size_t i = 0; i < index->part_count; i++) {
        const struct tn__index_part *part = &index->parts[i];
        if (part->column)
            tn__buf_puts(&page->cell, part->column->name);
        else if (part->expr_sql)
            tn__buf_puts(&page->cell, part->expr_sql);
        else if (!tn__words_line(&page->cell, index->text, part->expr))
            tn__buf_puts(&page->cell, "(expression)");
        put_cell(page);
        put(page, part->collation);
        put(page, part->is_desc ? "descending" : "ascending");
    }
    end(page);
    put_sql(page, index->sql);
}

static void put_trigger(struct page *page, const struct tn__trigger *trigger)
{
    put_head(page, trigger->name);
    tn__buf_puts(page->out, "trigger of ");
    tn__glyph_text(page->out, tn_text_of(tn__table_label(page->table)));
    tn__buf_putc(page->out, '\n');
    put_sql(page, trigger->sql);
}

void tn__show_page(struct tn__buf *out, const struct tn__catalog *catalog,
                   const struct tn__shown *shown, enum tn__show_form form, tn_arena *arena)
{
    struct page page = {.out = out,
                        .catalog = catalog,
                        .table = shown->table,
                        .arena = arena,
                        .is_colored = form == TN__SHOW_COLORED};
    tn__buf_init(&page.cell, 0);
    if (shown->type || shown->function || shown->sequence)
        tn__show_object(out, catalog, shown, page.is_colored);
    else if (shown->index)
        put_index(&page, shown->index);
    else if (shown->trigger)
        put_trigger(&page, shown->trigger);
    else
        put_table(&page);
    tn__buf_fini(&page.cell);
}
