/* SPDX-License-Identifier: MIT */
#include "schema/postgres/reading.h"
#include "util/buf.h"
#include "util/hash.h"

/*
 * The fingerprint: SHA-256 of a text that says what a program can see, and nothing else. Every value stands
 * behind its size, and every list behind its count, so that no two schemas have the same text. No OID, no number
 * of a column and no version is in it; definitions go in as the server writes them, so that servers of
 * different major versions may disagree about the text of a view. Comments are for people.
 */

static void put(struct tn__buf *buf, const char *text)
{
    if (text)
        tn__buf_printf(buf, "%zu:%s", strlen(text), text);
    else
        tn__buf_putc(buf, '-');
}

static void put_flags(struct tn__buf *buf, const bool *flags, size_t count)
{
    for (size_t i = 0; i < count; i++)
        tn__buf_putc(buf, flags[i] ? '1' : '0');
}

#define FLAGS(buf, ...) \
 put_flags(buf, (const bool[]){__VA_ARGS__}, sizeof((const bool[]){__VA_ARGS__}) / sizeof(bool))

static void put_list(struct tn__buf *buf, const char *what, size_t count)
{
    put(buf, what);
    tn__buf_printf(buf, "#%zu", count);
}

static void put_names(struct tn__buf *buf, const char *const *names, size_t count)
{
    tn__buf_printf(buf, "#%zu", count);
    for (size_t i = 0; i < count; i++)
        put(buf, names[i]);
}

static void put_type_name(struct tn__buf *buf, const struct tn__server_type *type)
{
    put(buf, type ? type->schema : NULL);
    put(buf, type ? type->name : NULL);
}

/* --- tables -------------------------------------------------------------------------------------- */

static void put_column(struct tn__buf *buf, const struct tn__column *column)
{
    put(buf, column->name);
    put(buf, column->declared);
    put(buf, column->collation);
    put(buf, column->default_sql);
    put(buf, column->generated_sql);
    FLAGS(buf, column->is_not_null, column->is_stored, column->identity == 'a',
          column->identity == 'd');
}

static void put_index(struct tn__buf *buf, const struct tn__index *index)
{
    put(buf, index->name);
    put(buf, index->method);
    put(buf, index->where_sql);
    FLAGS(buf, index->is_unique, index->is_loose, index->is_primary_key, index->is_constraint,
          index->is_nulls_not_distinct);
    put_list(buf, "parts", index->part_count);
    for (size_t i = 0; i < index->part_count; i++) {
        const struct tn__index_part *part = &index->parts[i];
        put(buf, part->column ? part->column->name : NULL);
        put(buf, part->expr_sql);
        put(buf, part->collation);
        FLAGS(buf, part->is_desc, part->is_nulls_first);
    }
    put_names(buf, index->includes, index->include_count);
}

static void put_foreign_key(struct tn__buf *buf, const struct tn__foreign_key *key)
{
    put(buf, key->name);
    put(buf, key->parent->schema);
    put(buf, key->parent->name);
    put_names(buf, key->columns, key->column_count);
    put_names(buf, key->parents, key->column_count);
    put(buf, key->on_update);
    put(buf, key->on_delete);
    FLAGS(buf, key->is_deferrable, key->is_deferred, key->is_unproven);
}

static void put_rows(struct tn__buf *buf, const struct tn__server_table *server)
{
    FLAGS(buf, server->has_row_security, server->is_security_forced);
    put_list(buf, "policies", server->policy_count);
    for (size_t i = 0; i < server->policy_count; i++) {
        const struct tn__server_policy *policy = &server->policies[i];
        put(buf, policy->name);
        put(buf, policy->command);
        put(buf, policy->roles);
        put(buf, policy->using_sql);
        put(buf, policy->check_sql);
        FLAGS(buf, policy->is_permissive);
    }
    put(buf, server->partition_key);
    put(buf, server->partition_bound);
    put_list(buf, "parents", server->parent_count);
    for (size_t i = 0; i < server->parent_count; i++) {
        put(buf, server->parents[i]->schema);
        put(buf, server->parents[i]->name);
    }
}

static void put_table(struct tn__buf *buf, const struct tn__table *table)
{
    static const char *const kinds[] = {"table", "view", "foreign table", "materialized view"};
    put(buf, kinds[table->kind]);
    put(buf, table->schema);
    put(buf, table->name);
    put(buf, table->module);
    put(buf, table->sql);
    put_list(buf, "columns", table->column_count);
    for (size_t i = 0; i < table->column_count; i++)
        put_column(buf, &table->columns[i]);
    put_list(buf, "indexes", table->index_count);
    for (size_t i = 0; i < table->index_count; i++)
        put_index(buf, &table->indexes[i]);
    put_list(buf, "foreign keys", table->foreign_key_count);
    for (size_t i = 0; i < table->foreign_key_count; i++)
        put_foreign_key(buf, &table->foreign_keys[i]);
    put_list(buf, "checks", table->check_count);
    for (size_t i = 0; i < table->check_count; i++) {
        put(buf, table->checks[i].name);
        put(buf, table->checks[i].sql);
        FLAGS(buf, table->checks[i].is_unproven);
    }
    put_list(buf, "triggers", table->trigger_count);
    for (size_t i = 0; i < table->trigger_count; i++)
        put(buf, table->triggers[i].sql);
    put_rows(buf, table->server);
}

/* --- the rest ------------------------------------------------------------------------------------ */

/* An array and a multirange come with their element, and a row type with its table. */
static bool is_made(const struct tn__server_type *type)
{
    return !type->is_own && type->kind != TN__SERVER_ARRAY && type->kind != TN__SERVER_MULTIRANGE &&
           !type->table;
}

static void put_type(struct tn__buf *buf, const struct tn__server_type *type)
{
    static const char *const kinds[] = {"base",  "enum",       "domain", "composite",
                                        "range", "multirange", "array",  "pseudo"};
    put(buf, kinds[type->kind]);
    put_type_name(buf, type);
    put_type_name(buf, type->inner);
    put(buf, type->default_sql);
    FLAGS(buf, type->is_not_null);
    put_names(buf, type->checks, type->check_count);
    put_list(buf, "labels", type->kind == TN__SERVER_ENUM ? type->label_count : 0);
    for (size_t i = 0; type->kind == TN__SERVER_ENUM && i < type->label_count; i++)
        put(buf, type->labels[i].data);
    put_list(buf, "fields", type->field_count);
    for (size_t i = 0; i < type->field_count; i++) {
        put(buf, type->fields[i].name);
        put_type_name(buf, type->fields[i].type);
    }
}

static void put_function(struct tn__buf *buf, const struct tn__server_function *function)
{
    put(buf, "function");
    put(buf, function->schema);
    put(buf, function->name);
    put(buf, function->arguments);
    put(buf, function->sql);
    put_type_name(buf, function->result);
}

static void put_sequence(struct tn__buf *buf, const struct tn__server_sequence *sequence)
{
    put(buf, "sequence");
    put(buf, sequence->schema);
    put(buf, sequence->name);
    put(buf, sequence->type);
    tn__buf_printf(buf, "%lld,%lld,%lld,%lld,", (long long)sequence->start,
                   (long long)sequence->increment, (long long)sequence->min,
                   (long long)sequence->max);
    FLAGS(buf, sequence->cycles);
}

static void put_operator(struct tn__buf *buf, const struct tn__server_catalog *server,
                         const struct tn__server_operator *op)
{
    const struct tn__server_function *function = tn__server_function(server, op->function);
    put(buf, "operator");
    put(buf, op->schema);
    put(buf, op->name);
    put(buf, function ? function->schema : NULL);
    put(buf, function ? function->name : NULL);
}

static void put_server(struct tn__buf *buf, const struct tn__server_catalog *server)
{
    for (size_t i = 0; i < server->type_count; i++)
        if (is_made(&server->types[i]))
            put_type(buf, &server->types[i]);
    for (size_t i = 0; i < server->function_count; i++)
        if (!server->functions[i].is_own)
            put_function(buf, &server->functions[i]);
    for (size_t i = 0; i < server->operator_count; i++)
        if (!server->operators[i].is_own)
            put_operator(buf, server, &server->operators[i]);
    for (size_t i = 0; i < server->sequence_count; i++)
        if (!server->sequences[i].is_own)
            put_sequence(buf, &server->sequences[i]);
    for (size_t i = 0; i < server->extension_count; i++) {
        put(buf, "extension");
        put(buf, server->extensions[i].name);
        put(buf, server->extensions[i].schema);
    }
}

int tn__pg_fingerprint(struct tn__catalog *catalog)
{
    uint8_t digest[TN__SHA256_SIZE];
    struct tn__buf buf;
    tn__buf_init(&buf, 0);
    put(&buf, "postgres schema 1");
    for (size_t i = 0; i < catalog->table_count; i++)
        if (!catalog->tables[i].is_internal)
            put_table(&buf, &catalog->tables[i]);
    put_server(&buf, catalog->server);
    int rc = tn__buf_status(&buf);
    if (rc == TN_OK)
        rc = tn__sha256(digest, tn__buf_view(&buf));
    tn__buf_fini(&buf);
    if (rc != TN_OK)
        return TN_ENOMEM;
    tn__hex(catalog->fingerprint, digest, sizeof(digest));
    return TN_OK;
}
