/* SPDX-License-Identifier: MIT */
#include "show/words.h"

/* The JSON of a table as a server has it: the keys of SQLite's, but for what only that has, and more. */

static void put_names(struct tn__json *json, const char *key, const char *const *names,
                      size_t count)
{
    tn__json_key(json, key);
    tn__json_array_begin(json);
    for (size_t i = 0; i < count; i++)
        tn__json_string(json, names[i]);
    tn__json_array_end(json);
}

static void put_column(struct tn__json *json, const struct tn__column *column)
{
    const char *identity = column->identity == 'a' ? "always" : "by default";
    const char *generated = column->is_stored ? "stored" : "virtual";
    tn__json_object_begin(json);
    tn__json_key_string(json, "name", column->name);
    tn__json_key_string(json, "type", column->declared);
    tn__json_key_string(json, "collation", column->collation);
    tn__json_key_bool(json, "nullable", !column->is_not_null);
    tn__json_key_string(json, "default", column->default_sql);
    tn__json_key_string(json, "identity", column->identity ? identity : NULL);
    tn__json_key_string(json, "generated", column->is_generated ? generated : NULL);
    tn__json_key_string(json, "expression", column->generated_sql);
    tn__json_key(json, "choices");
    tn__json_array_begin(json);
    for (size_t i = 0; i < column->choice_count; i++)
        tn__json_text(json, column->choices[i]);
    tn__json_array_end(json);
    tn__json_key_string(json, "comment", column->comment);
    tn__json_object_end(json);
}

void tn__show_json_index(struct tn__json *json, const struct tn__index *index)
{
    tn__json_object_begin(json);
    tn__json_key_string(json, "name", index->name);
    tn__json_key_bool(json, "unique", index->is_unique);
    tn__json_key_bool(json, "loose", index->is_loose);
    tn__json_key_bool(json, "primary_key", index->is_primary_key);
    tn__json_key_bool(json, "constraint", index->is_constraint);
    tn__json_key_bool(json, "partial", index->is_partial);
    tn__json_key_bool(json, "nulls_not_distinct", index->is_nulls_not_distinct);
    tn__json_key_string(json, "method", index->method);
    tn__json_key(json, "parts");
    tn__json_array_begin(json);
    for (size_t i = 0; i < index->part_count; i++) {
        const struct tn__index_part *part = &index->parts[i];
        tn__json_object_begin(json);
        tn__json_key_string(json, "column", part->column ? part->column->name : NULL);
        tn__json_key_string(json, "expression", part->expr_sql);
        tn__json_key_string(json, "collation", part->collation);
        tn__json_key_bool(json, "descending", part->is_desc);
        tn__json_key_bool(json, "nulls_first", part->is_nulls_first);
        tn__json_object_end(json);
    }
    tn__json_array_end(json);
    put_names(json, "include", index->includes, index->include_count);
    tn__json_key_string(json, "where", index->where_sql);
    tn__json_key_string(json, "sql", index->sql);
    tn__json_key_string(json, "comment", index->comment);
    tn__json_object_end(json);
}

static void put_foreign_key(struct tn__json *json, const struct tn__foreign_key *key)
{
    tn__json_object_begin(json);
    tn__json_key_string(json, "name", key->name);
    put_names(json, "columns", key->columns, key->column_count);
    tn__json_key_string(json, "table", key->table);
    put_names(json, "parents", key->parents, key->column_count);
    tn__json_key_string(json, "on_delete", key->on_delete);
    tn__json_key_string(json, "on_update", key->on_update);
    tn__json_key_bool(json, "deferrable", key->is_deferrable);
    tn__json_key_bool(json, "deferred", key->is_deferred);
    tn__json_key_bool(json, "valid", !key->is_unproven);
    tn__json_object_end(json);
}

static void put_check(struct tn__json *json, const struct tn__check *check)
{
    tn__json_object_begin(json);
    tn__json_key_string(json, "name", check->name);
    tn__json_key_string(json, "expression", check->sql);
    tn__json_key_bool(json, "valid", !check->is_unproven);
    tn__json_object_end(json);
}

static void put_trigger(struct tn__json *json, const struct tn__trigger *trigger)
{
    tn__json_object_begin(json);
    tn__json_key_string(json, "name", trigger->name);
    tn__json_key_string(json, "event", trigger->event);
    tn__json_key_string(json, "sql", trigger->sql);
    tn__json_object_end(json);
}

static void put_policy(struct tn__json *json, const struct tn__server_policy *policy)
{
    tn__json_object_begin(json);
    tn__json_key_string(json, "name", policy->name);
    tn__json_key_string(json, "command", policy->command);
    tn__json_key_string(json, "roles", policy->roles);
    tn__json_key_bool(json, "permissive", policy->is_permissive);
    tn__json_key_string(json, "using", policy->using_sql);
    tn__json_key_string(json, "check", policy->check_sql);
    tn__json_object_end(json);
}

/* Its columns and what is between them. */
static void put_body(struct tn__json *json, const struct tn__table *table)
{
    const struct tn__column *column;
    tn__json_key(json, "columns");
    tn__json_array_begin(json);
    for (size_t i = 0; i < table->column_count; i++)
        put_column(json, &table->columns[i]);
    tn__json_array_end(json);
    tn__json_key(json, "primary_key");
    tn__json_array_begin(json);
    for (size_t i = 0; (column = tn__words_key(table, i)) != NULL; i++)
        tn__json_string(json, column->name);
    tn__json_array_end(json);
    tn__json_key(json, "indexes");
    tn__json_array_begin(json);
    for (size_t i = 0; i < table->index_count; i++)
        tn__show_json_index(json, &table->indexes[i]);
    tn__json_array_end(json);
    tn__json_key(json, "foreign_keys");
    tn__json_array_begin(json);
    for (size_t i = 0; i < table->foreign_key_count; i++)
        put_foreign_key(json, &table->foreign_keys[i]);
    tn__json_array_end(json);
    tn__json_key(json, "checks");
    tn__json_array_begin(json);
    for (size_t i = 0; i < table->check_count; i++)
        put_check(json, &table->checks[i]);
    tn__json_array_end(json);
    tn__json_key(json, "triggers");
    tn__json_array_begin(json);
    for (size_t i = 0; i < table->trigger_count; i++)
        put_trigger(json, &table->triggers[i]);
    tn__json_array_end(json);
}

void tn__show_json_table(struct tn__json *json, const struct tn__table *table)
{
    static const char *const kinds[] = {"table", "view", "foreign", "materialized"};
    const struct tn__server_table *server = table->server;
    tn__json_object_begin(json);
    tn__json_key_string(json, "schema", table->schema);
    tn__json_key_string(json, "name", table->name);
    tn__json_key_string(json, "label", table->label);
    tn__json_key_string(json, "kind", kinds[table->kind]);
    tn__json_key_string(json, "server", table->module);
    tn__json_key_string(json, "comment", table->comment);
    put_body(json, table);
    tn__json_key_bool(json, "row_security", server->has_row_security);
    tn__json_key_bool(json, "row_security_forced", server->is_security_forced);
    tn__json_key(json, "policies");
    tn__json_array_begin(json);
    for (size_t i = 0; i < server->policy_count; i++)
        put_policy(json, &server->policies[i]);
    tn__json_array_end(json);
    tn__json_key_string(json, "partition_key", server->partition_key);
    tn__json_key_bool(json, "partition", server->is_partition);
    tn__json_key_string(json, "partition_bound", server->partition_bound);
    tn__json_key(json, "inherits");
    tn__json_array_begin(json);
    for (size_t i = 0; i < server->parent_count; i++)
        tn__json_string(json, server->parents[i]->label);
    tn__json_array_end(json);
    tn__json_key_string(json, "sql", table->sql);
    tn__json_object_end(json);
}
