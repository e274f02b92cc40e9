/* SPDX-License-Identifier: MIT */
#include "model.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum {
    MOST_TABLES = 64,
    MOST_COLUMNS = 64,
    MOST_KEYS = 16,
    MOST_PARTS = 8
};

static const char *text_at(sqlite3_stmt *stmt, int column, tn_arena *arena)
{
    const char *text = (const char *)sqlite3_column_text(stmt, column);
    return text ? keep(arena, text) : NULL;
}

static sqlite3_stmt *ask(sqlite3 *db, const char *sql, const char *argument)
{
    sqlite3_stmt *stmt;
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
        die("%s: %s", sql, sqlite3_errmsg(db));
    if (argument)
        sqlite3_bind_text(stmt, 1, argument, -1, SQLITE_TRANSIENT);
    return stmt;
}

static bool has(const char *type, const char *part)
{
    for (; *type; type++)
        if (strncasecmp(type, part, strlen(part)) == 0)
            return true;
    return false;
}

/* https://www.sqlite.org/datatype3.html section 3.1 */
static enum kind kind_of(const char *type)
{
    if (!type || !*type)
        return KIND_ANY;
    if (has(type, "INT"))
        return KIND_INT;
    if (has(type, "CHAR") || has(type, "CLOB") || has(type, "TEXT"))
        return KIND_TEXT;
    if (has(type, "BLOB"))
        return KIND_BLOB;
    if (has(type, "REAL") || has(type, "FLOA") || has(type, "DOUB"))
        return KIND_REAL;
    if (strcasecmp(type, "BOOLEAN") == 0)
        return KIND_INT; /* of those declared so the domain is narrower than the affinity */
    return KIND_ANY;
}

static void read_columns(struct table *table, sqlite3 *db, tn_arena *arena)
{
    unsigned key_parts = 0;
    struct column *alias = NULL;
    table->columns = need(arena, MOST_COLUMNS, sizeof *table->columns);
    sqlite3_stmt *stmt = ask(
        db, "SELECT name, type, \"notnull\", pk, hidden FROM pragma_table_xinfo(?1)", table->name);
    while (sqlite3_step(stmt) == SQLITE_ROW && table->count < MOST_COLUMNS) {
        struct column *column = &table->columns[table->count++];
        const char *type = text_at(stmt, 1, arena);
        int hidden = sqlite3_column_int(stmt, 4);
        column->name = text_at(stmt, 0, arena);
        column->sql = quote_name(arena, column->name);
        column->kind = table->is_full_text && hidden != 1 ? KIND_TEXT
                       : table->is_virtual                ? KIND_ANY
                                                          : kind_of(type);
        column->is_not_null = sqlite3_column_int(stmt, 2) != 0;
        column->is_generated = hidden >= 2;
        column->is_hidden = hidden == 1;
        key_parts += sqlite3_column_int(stmt, 3) > 0;
        if (sqlite3_column_int(stmt, 3) > 0 && type && strcasecmp(type, "INTEGER") == 0)
            alias = column;
    }
    sqlite3_finalize(stmt);
    if (!alias || key_parts != 1 || !table->has_rowid || table->is_view)
        return;
    /* INTEGER PRIMARY KEY DESC is no alias: then there is an index for it. */
    stmt = ask(db, "SELECT 1 FROM pragma_index_list(?1) WHERE origin = 'pk'", table->name);
    alias->is_rowid_alias = sqlite3_step(stmt) != SQLITE_ROW;
    sqlite3_finalize(stmt);
}

static void add_key(struct table *table, sqlite3 *db, const char *index, tn_arena *arena)
{
    unsigned *columns = need(arena, MOST_PARTS, sizeof *columns);
    unsigned count = 0;
    bool is_plain = true;
    sqlite3_stmt *stmt = ask(db, "SELECT cid FROM pragma_index_info(?1)", index);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        int cid = sqlite3_column_int(stmt, 0);
        if (cid < 0 || (unsigned)cid >= table->count || count == MOST_PARTS)
            is_plain = false;
        else
            columns[count++] = (unsigned)cid;
    }
    sqlite3_finalize(stmt);
    if (is_plain && count > 0)
        table->keys[table->key_count++] = (struct key){columns, count};
}

static void read_keys(struct table *table, sqlite3 *db, tn_arena *arena)
{
    table->keys = need(arena, MOST_KEYS, sizeof *table->keys);
    for (unsigned i = 0; i < table->count; i++) {
        if (!table->columns[i].is_rowid_alias)
            continue;
        unsigned *column = need(arena, 1, sizeof *column);
        *column = i;
        table->keys[table->key_count++] = (struct key){column, 1};
    }
    sqlite3_stmt *stmt =
        ask(db, "SELECT name FROM pragma_index_list(?1) WHERE \"unique\"", table->name);
    while (sqlite3_step(stmt) == SQLITE_ROW && table->key_count < MOST_KEYS)
        add_key(table, db, (const char *)sqlite3_column_text(stmt, 0), arena);
    sqlite3_finalize(stmt);
}

static unsigned column_index(const struct table *table, const char *name)
{
    for (unsigned i = 0; name && i < table->count; i++)
        if (strcasecmp(table->columns[i].name, name) == 0)
            return i;
    return table->count;
}

static void read_foreigns(struct table *table, sqlite3 *db, tn_arena *arena)
{
    int last = -1;
    table->foreigns = need(arena, MOST_KEYS, sizeof *table->foreigns);
    sqlite3_stmt *stmt = ask(
        db,
        "SELECT id, \"table\", \"from\", \"to\" FROM pragma_foreign_key_list(?1) ORDER BY id, seq",
        table->name);
    unsigned *columns = NULL;
    const char **parents = NULL;
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        int id = sqlite3_column_int(stmt, 0);
        unsigned at = column_index(table, (const char *)sqlite3_column_text(stmt, 2));
        if (at == table->count)
            continue;
        if (id != last) {
            if (table->foreign_count == MOST_KEYS)
                break;
            columns = need(arena, MOST_PARTS, sizeof *columns);
            parents = need(arena, MOST_PARTS, sizeof *parents);
            table->foreigns[table->foreign_count++] =
                (struct foreign){text_at(stmt, 1, arena), columns, parents, 0};
            last = id;
        }
        struct foreign *foreign = &table->foreigns[table->foreign_count - 1];
        if (foreign->count == MOST_PARTS)
            continue;
        parents[foreign->count] = text_at(stmt, 3, arena); /* NULL: the parent's primary key */
        columns[foreign->count++] = at;
    }
    sqlite3_finalize(stmt);
}

static const char *find_list(const char *sql, const char *name)
{
    size_t size = strlen(name);
    for (const char *at = sql; *at; at++)
        if (strncasecmp(at, name, size) == 0 && strncasecmp(at + size, " IN (", 5) == 0 &&
            (at == sql || !isalnum((unsigned char)at[-1])))
            return at + size + 5;
    return NULL;
}

/* CHECK (c IN (…)): as it is usually written, and as the corpus does. */
static void read_choices(struct table *table, sqlite3 *db, tn_arena *arena)
{
    sqlite3_stmt *stmt = ask(db, "SELECT sql FROM sqlite_schema WHERE name = ?1", table->name);
    const char *sql = sqlite3_step(stmt) == SQLITE_ROW ? text_at(stmt, 0, arena) : NULL;
    sqlite3_finalize(stmt);
    for (unsigned i = 0; sql && !table->is_view && i < table->count; i++) {
        struct column *column = &table->columns[i];
        const char *at = find_list(sql, column->sql);
        if (!at)
            continue;
        column->choices = need(arena, MOST_PARTS, sizeof *column->choices);
        while (column->choice_count < MOST_PARTS && *at && *at != ')') {
            at += strspn(at, " ,'");
            size_t size = strcspn(at, "',)");
            if (size > 0)
                column->choices[column->choice_count++] = fmt(arena, "%.*s", (int)size, at);
            at += size;
        }
    }
}

void model_read(struct model *out, sqlite3 *db, tn_arena *arena)
{
    *out = (struct model){need(arena, MOST_TABLES, sizeof *out->tables), 0};
    sqlite3_stmt *stmt =
        ask(db,
            "SELECT s.name, l.type, l.wr, s.sql LIKE '%using fts%' FROM sqlite_schema s"
            " JOIN pragma_table_list l ON l.schema = 'main' AND l.name = s.name"
            " WHERE s.type IN ('table', 'view') AND l.type <> 'shadow'"
            " AND s.name NOT LIKE 'sqlite%' ORDER BY s.rowid",
            NULL);
    while (sqlite3_step(stmt) == SQLITE_ROW && out->count < MOST_TABLES) {
        struct table *table = &out->tables[out->count++];
        const char *type = (const char *)sqlite3_column_text(stmt, 1);
        table->name = text_at(stmt, 0, arena);
        table->sql = quote_name(arena, table->name);
        table->is_view = strcmp(type, "view") == 0;
        table->is_virtual = strcmp(type, "virtual") == 0;
        table->is_full_text = table->is_virtual && sqlite3_column_int(stmt, 3) != 0;
        table->has_rowid = !table->is_view && sqlite3_column_int(stmt, 2) == 0;
    }
    sqlite3_finalize(stmt);
    for (unsigned i = 0; i < out->count; i++) {
        struct table *table = &out->tables[i];
        read_columns(table, db, arena);
        read_keys(table, db, arena);
        read_choices(table, db, arena);
        read_foreigns(table, db, arena);
    }
}

const struct table *model_table(const struct model *model, const char *name)
{
    for (unsigned i = 0; i < model->count; i++)
        if (strcasecmp(model->tables[i].name, name) == 0)
            return &model->tables[i];
    return NULL;
}
