/* SPDX-License-Identifier: MIT */
#include "show/words.h"
#include "util/str.h"

/* What a server has beside tables, in words. */

static bool is_on_path(const struct tn__catalog *catalog, const char *schema)
{
    for (size_t i = 0; i < catalog->server->search_path_count; i++)
        if (strcmp(catalog->server->search_path[i], schema) == 0)
            return true;
    return strcmp(schema, "pg_catalog") == 0;
}

const char *tn__words_declared(const struct tn__catalog *catalog, const struct tn__column *column)
{
    tn_text declared = tn_text_of(column->declared);
    if (!column->type || !is_on_path(catalog, column->type->schema) ||
        !tn__text_starts(declared, column->type->schema))
        return column->declared;
    size_t size = strlen(column->type->schema);
    return declared.size > size && declared.data[size] == '.' ? declared.data + size + 1
                                                              : declared.data;
}

void tn__words_object(struct tn__buf *out, const struct tn__catalog *catalog, const char *schema,
                      const char *name)
{
    if (!is_on_path(catalog, schema))
        tn__buf_printf(out, "%s.", schema);
    tn__buf_puts(out, name);
}

bool tn__words_is_shown(const struct tn__server_type *type)
{
    return !type->is_own && !type->table && type->kind != TN__SERVER_ARRAY &&
           type->kind != TN__SERVER_MULTIRANGE;
}

bool tn__words_is_overload(const struct tn__server_function *function,
                           const struct tn__server_function *other)
{
    return other && !function->is_own && strcmp(function->name, other->name) == 0 &&
           strcmp(function->schema, other->schema) == 0;
}

const char *tn__words_type_kind(const struct tn__server_type *type)
{
    static const char *const kinds[] = {"type",  "enum",       "domain", "composite type",
                                        "range", "multirange", "array",  "pseudo-type"};
    return kinds[type->kind];
}

const char *tn__words_function_kind(const struct tn__server_function *function)
{
    switch (function->kind) {
    case 'a':
        return "aggregate";
    case 'p':
        return "procedure";
    case 'w':
        return "window function";
    default:
        return "function";
    }
}

void tn__words_condition(struct tn__buf *out, const char *sql)
{
    tn_text text = tn_text_of(sql ? sql : "");
    size_t depth = 0;
    size_t end = 0; /* of the parenthesis that the text begins with */
    char quote = 0;
    for (size_t i = 0; i < text.size && end == 0; i++) {
        char c = text.data[i];
        if (quote || c == '\'' || c == '"') {
            quote = !quote ? c : c == quote ? 0 : quote;
            continue;
        }
        depth += c == '(';
        depth -= c == ')' && depth > 0;
        if (depth == 0)
            end = i + 1;
    }
    bool is_bracketed = end > 1 && end == text.size;
    tn__buf_text(out, is_bracketed ? tn__text_sub(text, 1, text.size - 2) : text);
}
