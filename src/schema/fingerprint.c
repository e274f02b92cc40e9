/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "schema/definition.h"
#include "schema/reading.h"
#include "util/buf.h"
#include "util/hash.h"
#include "util/str.h"

/*
 * The fingerprint: SHA-256 of a text that says what a program can see, and nothing else. Every value
 * stands behind its size, so that no two schemas have the same text. What stands in expressions goes
 * in by its tokens: no parser has a say, and what one of them does not understand yet changes nothing.
 */

struct writer {
    struct tn__buf buf;
    const struct tn__catalog *catalog;
    const struct tn__table *table;
    tn_arena *arena;
    tn_text *items; /* of the table, to be sorted */
    size_t item_count;
    size_t item_cap;
    size_t item_begin; /* in buf */
};

static void put_text(struct writer *w, tn_text text)
{
    tn__buf_printf(&w->buf, "%zu:", text.size);
    tn__buf_text(&w->buf, text);
}

static void put_string(struct writer *w, const char *string)
{
    put_text(w, tn_text_of(string ? string : ""));
}

static void put_lower(struct writer *w, tn_text text)
{
    tn__buf_printf(&w->buf, "%zu:", text.size);
    for (size_t i = 0; i < text.size; i++)
        tn__buf_putc(&w->buf, tn__lower(text.data[i]));
}

static void put_flag(struct writer *w, bool flag)
{
    tn__buf_putc(&w->buf, flag ? '1' : '0');
}

/* --- tokens -------------------------------------------------------------------------------------- */

/* A name in "double" quotes may be a string that was meant: not if there is something of that name. */
static bool is_identifier(const struct writer *w, tn_text token, tn_text name)
{
    return token.size > 0 && (token.data[0] != '"' || tn__catalog_table(w->catalog, name) ||
                              tn__table_column(w->table, name));
}

static void put_token(struct writer *w, const struct tn__sql *sql, size_t i)
{
    tn_text token = tn__sql_text(sql, i);
    tn_text name = tn__sql_name(sql, i);
    if (sql->tokens[i].kind == TN__TOK_WORD)
        put_lower(w, token);
    else if (sql->tokens[i].kind == TN__TOK_NAME && !tn__sql_is_keyword(name) &&
             is_identifier(w, token, name))
        put_lower(w, name);
    else
        put_text(w, token);
}

static void put_tokens(struct writer *w, const struct tn__sql *sql, size_t begin, size_t end)
{
    tn__buf_printf(&w->buf, "#%zu", end > begin ? end - begin : 0);
    for (size_t i = begin; i < end; i++)
        put_token(w, sql, i);
}

/* A default: a word that stands alone may be a string, and keeps its letters. */
static int put_default(struct writer *w, const char *text)
{
    struct tn__sql sql;
    if (tn__sql_scan(&sql, tn_text_of(text), w->arena) != TN_OK)
        return TN_ENOMEM;
    if (sql.count == 1 && !tn__sql_is_keyword(tn__sql_text(&sql, 0)))
        put_text(w, tn__sql_text(&sql, 0));
    else
        put_tokens(w, &sql, 0, sql.count);
    return TN_OK;
}

/* --- items, in whatever order they were written -------------------------------------------------- */

static void begin_item(struct writer *w, const char *what)
{
    w->item_begin = w->buf.size;
    put_string(w, what);
}

static int end_item(struct writer *w)
{
    tn_text item;
    if (tn__buf_status(&w->buf) != TN_OK)
        return TN_ENOMEM;
    item.size = w->buf.size - w->item_begin;
    item.data = tn_arena_copy(w->arena, w->buf.data + w->item_begin, item.size);
    if (!item.data)
        return TN_ENOMEM;
    if (w->item_count == w->item_cap) {
        size_t cap = w->item_cap ? w->item_cap * 2 : 16;
        tn_text *items = tn_arena_array(w->arena, cap, sizeof(*items));
        if (!items)
            return TN_ENOMEM;
        if (w->item_count > 0)
            memcpy(items, w->items, w->item_count * sizeof(*items));
        w->items = items;
        w->item_cap = cap;
    }
    w->items[w->item_count++] = item;
    w->buf.size = w->item_begin;
    w->buf.data[w->item_begin] = '\0';
    return TN_OK;
}

static int compare_items(const void *a, const void *b)
{
    return tn__text_compare(*(const tn_text *)a, *(const tn_text *)b);
}

static void put_items(struct writer *w)
{
    if (w->item_count > 1)
        qsort(w->items, w->item_count, sizeof(*w->items), compare_items);
    for (size_t i = 0; i < w->item_count; i++)
        tn__buf_text(&w->buf, w->items[i]);
    w->item_count = 0;
}

static int put_index(struct writer *w, const struct tn__index *index)
{
    begin_item(w, "index");
    put_string(w, index->is_constraint ? "" : index->name); /* those of constraints are counted */
    put_flag(w, index->is_unique);
    put_flag(w, index->is_primary_key);
    put_flag(w, index->is_constraint);
    struct tn__sql_span body = {0, 0};
    if (index->text)
        body = tn__definition_body(index->text);
    size_t at = body.begin;
    for (size_t i = 0; i < index->part_count; i++) {
        const struct tn__index_part *part = &index->parts[i];
        struct tn__sql_span piece = {0, 0};
        if (index->text)
            piece = tn__definition_piece(index->text, &at, body.end);
        put_string(w, part->column ? part->column->name : "");
        put_lower(w, tn_text_of(part->collation));
        put_flag(w, part->is_desc);
        if (!part->column && index->text)
            put_tokens(w, index->text, piece.begin, piece.end);
    }
    if (index->is_partial && index->text)
        put_tokens(w, index->text, body.end, index->text->count);
    return end_item(w);
}

static int put_foreign_key(struct writer *w, const struct tn__foreign_key *key)
{
    begin_item(w, "foreign key");
    put_lower(w, tn_text_of(key->table));
    for (size_t i = 0; i < key->column_count; i++) {
        put_lower(w, tn_text_of(key->columns[i]));
        put_lower(w, tn_text_of(key->parents ? key->parents[i] : ""));
    }
    put_string(w, key->on_update);
    put_string(w, key->on_delete);
    put_flag(w, key->is_deferred);
    return end_item(w);
}

static int put_trigger(struct writer *w, const struct tn__trigger *trigger)
{
    begin_item(w, "trigger");
    put_string(w, trigger->name);
    if (trigger->text)
        put_tokens(w, trigger->text, 0, trigger->text->count);
    return end_item(w);
}

/* CHECK (…) with its name. */
static int put_check(struct writer *w, const struct tn__sql *sql, size_t i)
{
    begin_item(w, "check");
    bool is_named = i >= 2 && tn__sql_is(sql, i - 2, "CONSTRAINT");
    put_lower(w, is_named ? tn__sql_name(sql, i - 1) : TN__TEXT(""));
    put_tokens(w, sql, i + 1, tn__sql_skip_group(sql, i + 1));
    return end_item(w);
}

/*
 * What the engine does not list: checks, ON CONFLICT with what it belongs to, AUTOINCREMENT. All these
 * words are reserved.
 */
static int put_written(struct writer *w)
{
    static const char *const constraints[] = {"PRIMARY", "UNIQUE", "NULL", "CHECK", NULL};
    const struct tn__sql *sql = w->table->text;
    struct tn__sql_span body = tn__definition_body(sql);
    int rc = TN_OK;
    size_t piece = body.begin;
    size_t constraint = piece;
    for (size_t i = body.begin; i < body.end && rc == TN_OK; i++) {
        bool is_outside = sql->tokens[i].depth == 1;
        if (is_outside && tn__sql_is_op(sql, i, ","))
            piece = i + 1;
        if (is_outside && tn__sql_is_any(sql, i, constraints))
            constraint = i;
        if (is_outside && tn__sql_is(sql, i, "CHECK") && i + 1 < body.end)
            rc = put_check(w, sql, i);
        if (tn__sql_is(sql, i, "AUTOINCREMENT")) {
            begin_item(w, "autoincrement");
            rc = end_item(w);
        }
        if (is_outside && tn__sql_is(sql, i, "ON") && tn__sql_is(sql, i + 1, "CONFLICT")) {
            begin_item(w, "conflict");
            put_token(w, sql, piece); /* the column's name, or the constraint's word */
            put_tokens(w, sql, constraint, i + 3 < body.end ? i + 3 : body.end);
            rc = end_item(w);
        }
    }
    return rc;
}

/* --- tables -------------------------------------------------------------------------------------- */

/* The expression of a generated column, which begins at AS. */
static void put_generated(struct writer *w, const struct tn__sql *sql, struct tn__sql_span piece)
{
    size_t as = tn__definition_word(sql, piece, "AS");
    if (as + 1 < piece.end)
        put_tokens(w, sql, as + 1, tn__sql_skip_group(sql, as + 1));
}

static int put_column(struct writer *w, const struct tn__column *column)
{
    put_string(w, column->name);
    put_lower(w, tn_text_of(column->declared));
    put_flag(w, column->is_not_null);
    put_flag(w, column->is_null_by_default);
    put_flag(w, column->is_rowid_alias);
    put_flag(w, column->is_primary_key);
    put_flag(w, column->is_generated);
    put_flag(w, column->is_stored);
    put_flag(w, column->is_hidden);
    put_flag(w, column->default_sql != NULL);
    put_lower(w, tn_text_of(column->collation));
    return column->default_sql ? put_default(w, column->default_sql) : TN_OK;
}

static int put_columns(struct writer *w)
{
    const struct tn__table *table = w->table;
    struct tn__sql_span body = {0, 0};
    if (table->kind == TN__TABLE && table->text)
        body = tn__definition_body(table->text);
    size_t at = body.begin;
    for (size_t i = 0; i < table->column_count; i++) {
        struct tn__sql_span piece = {0, 0};
        if (at < body.end)
            piece = tn__definition_piece(table->text, &at, body.end);
        if (put_column(w, &table->columns[i]) != TN_OK)
            return TN_ENOMEM;
        if (table->columns[i].is_generated && table->text)
            put_generated(w, table->text, piece);
    }
    return TN_OK;
}

static int put_table(struct writer *w, const struct tn__table *table)
{
    static const char *const kinds[] = {"table", "view", "virtual table"};
    w->table = table;
    put_string(w, kinds[table->kind]);
    put_string(w, table->name);
    put_flag(w, table->is_strict);
    put_flag(w, table->is_without_rowid);
    tn__buf_printf(&w->buf, "%zu columns", table->column_count);
    int rc = put_columns(w);
    for (size_t i = 0; i < table->index_count && rc == TN_OK; i++)
        rc = put_index(w, &table->indexes[i]);
    for (size_t i = 0; i < table->foreign_key_count && rc == TN_OK; i++)
        rc = put_foreign_key(w, &table->foreign_keys[i]);
    for (size_t i = 0; i < table->trigger_count && rc == TN_OK; i++)
        rc = put_trigger(w, &table->triggers[i]);
    if (rc == TN_OK && table->kind == TN__TABLE && table->text)
        rc = put_written(w);
    if (rc != TN_OK)
        return rc;
    put_items(w);
    if (table->kind == TN__VIRTUAL_TABLE && table->text)
        put_tokens(w, table->text, tn__definition_module(table->text), table->text->count);
    if (table->kind == TN__VIEW && table->text) {
        size_t as = 0;
        while (as < table->text->count &&
               !(table->text->tokens[as].depth == 0 && tn__sql_is(table->text, as, "AS")))
            as++;
        put_tokens(w, table->text, as, table->text->count);
    }
    return TN_OK;
}

int tn__catalog_fingerprint(struct tn__catalog *catalog, tn_arena *arena)
{
    uint8_t digest[TN__SHA256_SIZE];
    struct writer w = {.catalog = catalog, .arena = arena};
    tn__buf_init(&w.buf, 0);
    put_string(&w, "schema 1");
    int rc = TN_OK;
    for (size_t i = 0; i < catalog->table_count && rc == TN_OK; i++)
        if (!catalog->tables[i].is_internal)
            rc = put_table(&w, &catalog->tables[i]);
    if (rc == TN_OK)
        rc = tn__buf_status(&w.buf);
    if (rc == TN_OK)
        rc = tn__sha256(digest, tn__buf_view(&w.buf));
    tn__buf_fini(&w.buf);
    if (rc != TN_OK)
        return TN_ENOMEM;
    tn__hex(catalog->fingerprint, digest, sizeof(digest));
    return TN_OK;
}
