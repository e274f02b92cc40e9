/* SPDX-License-Identifier: MIT */
#include "check/lint/rules.h"

#include "util/buf.h"
#include "util/str.h"

/*
 * double-quoted-string: in the schema, where the engine takes "x" for a text if there is no column of that
 * name. It is asked: with that switched off, as it is here, it cannot find the column. In a query it is an
 * unknown column.
 */

struct schema {
    const struct tn__checked *checked;
    struct tn__scratch *scratch;
    tn_arena *arena;
    struct tn__diags *diags;
    tn_arena texts; /* of statements that are tried */
    int status;
};

/* A name in double quotes. */
static bool is_quoted(const struct tn__sql *sql, size_t i)
{
    return sql->tokens[i].kind == TN__TOK_NAME && sql->text.data[sql->tokens[i].offset] == '"';
}

static bool has_quoted(const struct tn__sql *sql)
{
    for (size_t i = 0; sql && i < sql->count; i++)
        if (is_quoted(sql, i))
            return true;
    return false;
}

/* The token of CREATE VIEW name or CREATE TRIGGER name behind which the text stands, in a migration. */
static bool is_creation(const struct tn__sql *sql, size_t i, const char *what, const char *name)
{
    if (!tn__sql_is(sql, i, what))
        return false;
    size_t at = i + 1;
    if (tn__sql_is(sql, at, "IF"))
        at += 3;
    if (at + 2 < sql->count && tn__text_is(tn__sql_text(sql, at + 1), "."))
        at += 2;
    return tn__text_is_nocase(tn__sql_name(sql, at), name);
}

/* Where the text stands in the last migration that makes the view or trigger. */
static struct tn__place place_of(struct schema *schema, const char *what, const char *name,
                                 tn_text text)
{
    const tn_migration_set *set = &schema->checked->migrations;
    struct tn__place place = {set->source, 0, 0, 0};
    tn__origin_of(&place, &schema->checked->origins, NULL, name);
    for (size_t m = 0; m < set->count; m++) {
        const tn_migration_script *script = &set->items[m].up;
        struct tn__sql sql;
        bool is_inside = false;
        if (tn__sql_scan(&sql, script->sql, &schema->texts) != TN_OK) {
            schema->status = TN_ENOMEM;
            break;
        }
        for (size_t i = 0; i < sql.count; i++) {
            is_inside = is_inside || is_creation(&sql, i, what, name);
            if (!is_inside || !is_quoted(&sql, i) || !tn_text_equal(sql.tokens[i].name, text))
                continue;
            place = tn__place_in(script->file, script->sql, NULL, sql.tokens[i].offset,
                                 sql.tokens[i].size);
            if (script->first_line > 1)
                place.line += script->first_line - 1;
            else
                tn__diags_source(schema->diags, script->file, script->sql);
            break;
        }
    }
    return place;
}

/* The name that the engine does not find, if it stands in double quotes in this text. */
static bool is_refused_for(const tn_error *err, const struct tn__sql *sql, tn_text *out)
{
    for (size_t i = 0; i < sql->count && err->column[0]; i++) {
        char name[sizeof(err->column)];
        tn__copy_text(name, sizeof(name), sql->tokens[i].name);
        if (!is_quoted(sql, i) || strcmp(name, err->column) != 0)
            continue;
        *out = sql->tokens[i].name;
        return true;
    }
    return false;
}

/* Prepare a statement that makes the engine read a view or trigger. */
static void try_statement(struct schema *schema, struct tn__buf *sql, const char *what,
                          const char *name, const struct tn__sql *text)
{
    const struct tn__driver *driver = schema->scratch->driver;
    struct tn__driver_stmt *stmt = NULL;
    tn_error err = {0};
    tn_text found = {0};
    if (sql->status != TN_OK) {
        schema->status = TN_ENOMEM;
        return;
    }
    int rc = driver->prepare(&stmt, schema->scratch->native, sql->data, sql->size, false, &err);
    driver->finalize(stmt);
    if (rc == TN_ENOMEM)
        schema->status = rc;
    if (rc == TN_OK || rc == TN_ENOMEM || !is_refused_for(&err, text, &found))
        return;
    struct tn__diag *diag = tn__lint_add(
        schema->diags, NULL, "double-quoted-string", place_of(schema, what, name, found),
        "\"%.*s\" in '%s' is the name of no column: the engine takes it for a text",
        (int)found.size, found.data, name);
    if (diag)
        tn__diag_help(schema->diags, diag, "'%.*s', in single quotes", (int)found.size, found.data);
}

static void try_view(struct schema *schema, const struct tn__table *view)
{
    struct tn__buf sql;
    tn__buf_init(&sql, 0);
    tn__buf_puts(&sql, "SELECT * FROM main.");
    tn__buf_sql_name(&sql, tn_text_of(view->name));
    try_statement(schema, &sql, "VIEW", view->name, view->text);
    tn__buf_fini(&sql);
}

static void try_trigger(struct schema *schema, const struct tn__table *table,
                        const struct tn__trigger *trigger)
{
    const struct tn__column *column = &table->columns[0];
    struct tn__buf sql;
    if (!trigger->stmt)
        return;
    if (trigger->stmt->columns.first) {
        column = tn__table_column(table, trigger->stmt->columns.first->name.text);
        if (!column)
            return;
    }
    tn__buf_init(&sql, 0);
    switch (trigger->stmt->event) {
    case TN__TRIGGER_INSERT:
        tn__buf_puts(&sql, "INSERT INTO main.");
        tn__buf_sql_name(&sql, tn_text_of(table->name));
        tn__buf_puts(&sql, " DEFAULT VALUES");
        break;
    case TN__TRIGGER_DELETE:
        tn__buf_puts(&sql, "DELETE FROM main.");
        tn__buf_sql_name(&sql, tn_text_of(table->name));
        break;
    case TN__TRIGGER_UPDATE:
        tn__buf_puts(&sql, "UPDATE main.");
        tn__buf_sql_name(&sql, tn_text_of(table->name));
        tn__buf_puts(&sql, " SET ");
        tn__buf_sql_name(&sql, tn_text_of(column->name));
        tn__buf_puts(&sql, " = NULL");
        break;
    }
    try_statement(schema, &sql, "TRIGGER", trigger->name, trigger->text);
    tn__buf_fini(&sql);
}

int tn__lint_schema(const struct tn__checked *checked, struct tn__scratch *scratch, tn_arena *arena,
                    struct tn__diags *diags)
{
    struct schema schema = {checked, scratch, arena, diags, {.limit_bytes = arena->limit_bytes},
                            TN_OK};
    const struct tn__catalog *catalog = &checked->catalog;
    for (size_t t = 0; t < catalog->table_count && schema.status == TN_OK; t++) {
        const struct tn__table *table = &catalog->tables[t];
        if (table->kind == TN__VIEW && has_quoted(table->text))
            try_view(&schema, table);
        for (size_t i = 0; i < table->trigger_count; i++)
            if (has_quoted(table->triggers[i].text))
                try_trigger(&schema, table, &table->triggers[i]);
    }
    tn_arena_fini(&schema.texts);
    return schema.status;
}
