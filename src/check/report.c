/* SPDX-License-Identifier: MIT */
#include "check/check.h"
#include "render/json.h"

static void write_column(struct tn__json *json, const struct tn__query_column *column)
{
    tn__json_object_begin(json);
    tn__json_key_string(json, "name", column->name);
    tn__json_key_string(json, "type", tn__type_word(column->typing.type));
    tn__json_key_bool(json, "nullable", column->typing.is_nullable);
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
    tn__json_object_end(json);
}

static void write_query(struct tn__json *json, const struct tn__query *query)
{
    tn__json_object_begin(json);
    tn__json_key_string(json, "name", query->name);
    tn__json_key_string(json, "file", query->written.file->path);
    tn__json_key_int(json, "line", query->place.line);
    tn__json_key_string(json, "mode", tn__mode_text(query->mode));
    tn__json_key(json, "sql");
    tn__json_text(json, query->emitted);
    tn__json_key(json, "columns");
    tn__json_array_begin(json);
    for (size_t i = 0; i < query->column_count; i++)
        write_column(json, &query->columns[i]);
    tn__json_array_end(json);
    tn__json_key(json, "params");
    tn__json_array_begin(json);
    for (size_t i = 0; i < query->param_count; i++) {
        tn__json_object_begin(json);
        tn__json_key_string(json, "name", query->params[i].name);
        tn__json_key_string(json, "type", tn__type_word(query->params[i].typing.type));
        tn__json_key_bool(json, "nullable", query->params[i].typing.is_nullable);
        tn__json_object_end(json);
    }
    tn__json_array_end(json);
    tn__json_object_end(json);
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
        if (!checked->queries[i].is_broken)
            write_query(&json, &checked->queries[i]);
    tn__json_array_end(&json);
    tn__json_key(&json, "findings");
    tn__json_diags(&json, diags);
    tn__json_object_end(&json);
    tn__buf_putc(out, '\n');
}
