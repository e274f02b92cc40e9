/* SPDX-License-Identifier: MIT */
#include "show/words.h"

/* The JSON of what a server has beside tables; of types and functions those that migrations make. */

static void put_type_name(struct tn__json *json, const char *key,
                          const struct tn__server_type *type)
{
    tn__json_key(json, key);
    if (!type) {
        tn__json_null(json);
        return;
    }
    tn__json_object_begin(json);
    tn__json_key_string(json, "schema", type->schema);
    tn__json_key_string(json, "name", type->name);
    tn__json_object_end(json);
}

static void put_type(struct tn__json *json, const struct tn__server_type *type)
{
    tn__json_object_begin(json);
    tn__json_key_string(json, "schema", type->schema);
    tn__json_key_string(json, "name", type->name);
    tn__json_key_string(json, "kind", tn__words_type_kind(type));
    put_type_name(json, "of", type->inner);
    tn__json_key_bool(json, "nullable", !type->is_not_null);
    tn__json_key_string(json, "default", type->default_sql);
    tn__json_key(json, "checks");
    tn__json_array_begin(json);
    for (size_t i = 0; i < type->check_count; i++)
        tn__json_string(json, type->checks[i]);
    tn__json_array_end(json);
    tn__json_key(json, "labels");
    tn__json_array_begin(json);
    for (size_t i = 0; i < type->label_count; i++)
        tn__json_text(json, type->labels[i]);
    tn__json_array_end(json);
    tn__json_key(json, "fields");
    tn__json_array_begin(json);
    for (size_t i = 0; i < type->field_count; i++) {
        tn__json_object_begin(json);
        tn__json_key_string(json, "name", type->fields[i].name);
        put_type_name(json, "type", type->fields[i].type);
        tn__json_object_end(json);
    }
    tn__json_array_end(json);
    tn__json_key_string(json, "comment", type->comment);
    tn__json_object_end(json);
}

static void put_function(struct tn__json *json, const struct tn__server_function *function)
{
    static const char *const volatilities[] = {"immutable", "stable", "volatile"};
    tn__json_object_begin(json);
    tn__json_key_string(json, "schema", function->schema);
    tn__json_key_string(json, "name", function->name);
    tn__json_key_string(json, "kind", tn__words_function_kind(function));
    tn__json_key_string(json, "arguments", function->arguments);
    put_type_name(json, "result", function->result);
    tn__json_key_bool(json, "set", function->is_set);
    tn__json_key_bool(json, "strict", function->is_strict);
    tn__json_key_string(json, "volatility", volatilities[function->volatility]);
    tn__json_key_string(json, "sql", function->sql);
    tn__json_key_string(json, "comment", function->comment);
    tn__json_object_end(json);
}

static void put_sequence(struct tn__json *json, const struct tn__server_sequence *sequence)
{
    tn__json_object_begin(json);
    tn__json_key_string(json, "schema", sequence->schema);
    tn__json_key_string(json, "name", sequence->name);
    tn__json_key_string(json, "type", sequence->type);
    tn__json_key_int(json, "start", sequence->start);
    tn__json_key_int(json, "increment", sequence->increment);
    tn__json_key_int(json, "min", sequence->min);
    tn__json_key_int(json, "max", sequence->max);
    tn__json_key_bool(json, "cycles", sequence->cycles);
    tn__json_key_string(json, "table", sequence->owner_table);
    tn__json_key_string(json, "column", sequence->owner_column);
    tn__json_key_string(json, "comment", sequence->comment);
    tn__json_object_end(json);
}

static void put_operators(struct tn__json *json, const struct tn__server_catalog *server)
{
    tn__json_key(json, "operators");
    tn__json_array_begin(json);
    for (size_t i = 0; i < server->operator_count; i++) {
        const struct tn__server_operator *op = &server->operators[i];
        const struct tn__server_function *function = tn__server_function(server, op->function);
        if (op->is_own)
            continue;
        tn__json_object_begin(json);
        tn__json_key_string(json, "schema", op->schema);
        tn__json_key_string(json, "name", op->name);
        tn__json_key_string(json, "function", function ? function->name : NULL);
        tn__json_object_end(json);
    }
    tn__json_array_end(json);
}

static void put_extensions(struct tn__json *json, const struct tn__server_catalog *server)
{
    tn__json_key(json, "extensions");
    tn__json_array_begin(json);
    for (size_t i = 0; i < server->extension_count; i++) {
        tn__json_object_begin(json);
        tn__json_key_string(json, "name", server->extensions[i].name);
        tn__json_key_string(json, "version", server->extensions[i].version);
        tn__json_key_string(json, "schema", server->extensions[i].schema);
        tn__json_object_end(json);
    }
    tn__json_array_end(json);
}

/* All of them, or the one that is shown; of a function all of that name. */
void tn__show_json_objects(struct tn__json *json, const struct tn__catalog *catalog,
                           const struct tn__shown *shown)
{
    const struct tn__server_catalog *server = catalog->server;
    tn__json_key(json, "types");
    tn__json_array_begin(json);
    for (size_t i = 0; i < server->type_count; i++)
        if (shown ? shown->type == &server->types[i] : tn__words_is_shown(&server->types[i]))
            put_type(json, &server->types[i]);
    tn__json_array_end(json);
    tn__json_key(json, "functions");
    tn__json_array_begin(json);
    for (size_t i = 0; i < server->function_count; i++)
        if (shown ? tn__words_is_overload(&server->functions[i], shown->function)
                  : !server->functions[i].is_own)
            put_function(json, &server->functions[i]);
    tn__json_array_end(json);
    tn__json_key(json, "sequences");
    tn__json_array_begin(json);
    for (size_t i = 0; i < server->sequence_count; i++)
        if (shown ? shown->sequence == &server->sequences[i] : !server->sequences[i].is_own)
            put_sequence(json, &server->sequences[i]);
    tn__json_array_end(json);
    if (shown)
        return;
    put_operators(json, server);
    put_extensions(json, server);
}
