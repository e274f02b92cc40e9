/* SPDX-License-Identifier: MIT */
#include "check/read/variants.h"
#include "render/json.h"

#include <string.h>

/* "level", "auth.level". */
static void write_server_name(struct tn__buf *buf, const struct tn__server_type *type)
{
    if (strcmp(type->schema, "public") != 0)
        tn__buf_printf(buf, "%s.", type->schema);
    tn__buf_puts(buf, type->name);
}

/* "type", "nullable", and of a key type "key". A list and an array are "int[]", and the list
 * says so beside it. */
static void write_typing(struct tn__json *json, const struct tn__checked *checked,
                         struct tn__typing typing, bool is_list)
{
    const struct tn__enum *named = tn__checked_enum(checked, typing);
    struct tn__buf word;
    tn__buf_init(&word, 0);
    tn__buf_puts(&word, typing.type == TN__TYPE_ENUM ? "enum:" : "");
    if (typing.type == TN__TYPE_ENUM && typing.server && !typing.choices)
        write_server_name(&word, typing.server);
    else
        tn__buf_puts(&word, named ? named->name : tn__type_word(typing.type));
    tn__buf_puts(&word, is_list || typing.is_array ? "[]" : "");
    tn__json_key(json, "type");
    tn__json_text(json, tn__buf_view(&word));
    if (word.status != TN_OK)
        tn__buf_fail(json->out, word.status);
    tn__buf_fini(&word);
    tn__json_key_bool(json, "nullable", typing.is_nullable);
    if (typing.key)
        tn__json_key_string(json, "key", typing.key->name);
}

static void write_column(struct tn__json *json, const struct tn__checked *checked,
                         const struct tn__query_column *column)
{
    tn__json_object_begin(json);
    tn__json_key_string(json, "name", column->name);
    write_typing(json, checked, column->typing, false);
    tn__json_key(json, "table");
    if (column->table)
        tn__json_string(json, column->table->name);
    else
        tn__json_null(json);
    tn__json_key(json, "origin");
    if (column->column)
        tn__json_string(json, column->column->name);
    else
        tn__json_null(json);
    if (column->embed)
        tn__json_key_string(json, "embed", column->embed->name);
    tn__json_object_end(json);
}

static void write_param(struct tn__json *json, const struct tn__checked *checked,
                        const struct tn__query_param *param)
{
    tn__json_object_begin(json);
    tn__json_key_string(json, "name", param->name);
    write_typing(json, checked, param->typing, param->is_list);
    if (param->is_list)
        tn__json_key_bool(json, "list", true);
    if (param->when_count > 0)
        tn__json_key_bool(json, "optional", true);
    tn__json_object_end(json);
}

/* Which parts may be left out, which texts are chosen from, and how many of all were judged. */
static void write_variants(struct tn__json *json, const struct tn__variants *variants)
{
    tn__json_key(json, "options");
    tn__json_array_begin(json);
    for (size_t i = 0; i < variants->option_count; i++)
        tn__json_string(json, variants->options[i].name);
    tn__json_array_end(json);
    tn__json_key(json, "choices");
    tn__json_object_begin(json);
    for (size_t i = 0; i < variants->choice_count; i++) {
        tn__json_key(json, variants->choices[i].name);
        tn__json_array_begin(json);
        for (size_t k = 0; k < variants->choices[i].value_count; k++)
            tn__json_string(json, variants->choices[i].values[k]);
        tn__json_array_end(json);
    }
    tn__json_object_end(json);
    tn__json_key_int(json, "variants", (int64_t)variants->key_count);
}

static void write_query(struct tn__json *json, const struct tn__checked *checked,
                        const struct tn__query *query)
{
    tn__json_object_begin(json);
    tn__json_key_string(json, "name", query->name);
    tn__json_key_string(json, "file", query->written.file->path);
    tn__json_key_int(json, "line", query->place.line);
    tn__json_key_string(json, "mode", tn__mode_text(query->mode));
    if (checked->halves[0])
        tn__json_key_string(json, "engine",
                            query->engines == TN__ENGINE_OF(TN__POSTGRES) ? "postgres" : "sqlite");
    tn__json_key(json, "sql");
    tn__json_text(json, query->emitted);
    tn__json_key(json, "columns");
    tn__json_array_begin(json);
    for (size_t i = 0; i < query->column_count; i++)
        write_column(json, checked, &query->columns[i]);
    tn__json_array_end(json);
    tn__json_key(json, "params");
    tn__json_array_begin(json);
    for (size_t i = 0; i < query->param_count; i++)
        write_param(json, checked, &query->params[i]);
    tn__json_array_end(json);
    if (query->variants)
        write_variants(json, query->variants);
    tn__json_object_end(json);
}

/* A query for both engines is one on each of them. */
static void write_halves(struct tn__json *json, const struct tn__checked *checked,
                         const struct tn__query *query)
{
    static const enum tn__dialect dialects[] = {TN__SQLITE, TN__POSTGRES};
    for (size_t i = 0; i < 2; i++) {
        struct tn__query half = *query->halves[i];
        half.engines = TN__ENGINE_OF(dialects[i]);
        write_query(json, checked, &half);
    }
}

void tn__check_report(struct tn__buf *out, const struct tn__checked *checked,
                      const struct tn__diags *diags)
{
    struct tn__json json;
    tn__json_init(&json, out);
    tn__json_object_begin(&json);
    tn__json_key_int(&json, "v", 1);
    tn__json_key(&json, "queries");
    tn__json_array_begin(&json);
    for (size_t i = 0; i < checked->query_count; i++)
        if (!checked->queries[i].is_broken && checked->queries[i].halves[0])
            write_halves(&json, checked, &checked->queries[i]);
        else if (!checked->queries[i].is_broken)
            write_query(&json, checked, &checked->queries[i]);
    tn__json_array_end(&json);
    tn__json_key(&json, "findings");
    tn__json_diags(&json, diags);
    tn__json_object_end(&json);
    tn__buf_putc(out, '\n');
}
