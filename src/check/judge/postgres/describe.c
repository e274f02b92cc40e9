/* SPDX-License-Identifier: MIT */
#include "check/judge/postgres/postgres.h"
#include "util/str.h"

/* What the server says of a text: types, names, where columns come from, and its tree. */

static const struct tn__server_catalog *server_of(const struct tn__judge *judge)
{
    return judge->checked->catalog.server;
}

static const struct tn__column *column_of(const struct tn__table *table, int16_t number)
{
    for (size_t i = 0; table && i < table->column_count; i++)
        if (table->columns[i].number == number)
            return &table->columns[i];
    return NULL;
}

static int take_columns(struct tn__described *out, const struct tn__judge *judge,
                        const struct tn__driver_parsed *parsed)
{
    size_t count = parsed->field_count;
    struct tn__described_column *columns = tn_arena_array(judge->arena, count, sizeof(*columns));
    if (!columns)
        return TN_ENOMEM;
    for (size_t i = 0; i < count; i++) {
        const struct tn__driver_field *field = &parsed->fields[i];
        const struct tn__table *table = tn__server_table(server_of(judge), field->table);
        const struct tn__column *column = column_of(table, field->number);
        columns[i].name = tn_text_of(field->name);
        columns[i].type = tn__server_type(server_of(judge), field->type);
        columns[i].origin = table;
        if (column) {
            columns[i].table = tn_text_of(table->name);
            columns[i].column = tn_text_of(column->name);
        }
    }
    out->columns = columns;
    out->column_count = count;
    return TN_OK;
}

static int take_params(struct tn__described *out, const struct tn__judge *judge,
                       const struct tn__driver_parsed *parsed)
{
    const struct tn__server_type **types =
        tn_arena_array(judge->arena, parsed->param_count, sizeof(const struct tn__server_type *));
    if (!types)
        return TN_ENOMEM;
    for (size_t i = 0; i < parsed->param_count; i++)
        types[i] = tn__server_type(server_of(judge), parsed->params[i]);
    out->param_types = types;
    out->param_count = parsed->param_count;
    return TN_OK;
}

static int describe(struct tn__described *out, struct tn__judge *judge,
                    const struct tn__sql_text *text, tn_error *err)
{
    struct tn__driver_parsed parsed;
    struct tn__described described = {.text = *text};
    int rc = tn__pg_bench_parse(&parsed, judge, text->text, NULL, 0, err);
    if (rc != TN_OK)
        return rc;
    described.tree = judge->bench->tree;
    described.is_readonly = tn__pg_is_readonly(described.tree, server_of(judge));
    rc = take_columns(&described, judge, &parsed);
    if (rc == TN_OK)
        rc = take_params(&described, judge, &parsed);
    if (rc != TN_OK)
        return tn_error_set(err, rc, "out of memory");
    if (tn__pg_is_command(described.tree))
        rc = tn__pg_judge_command(judge, text->text, err);
    if (rc != TN_OK)
        return rc;
    *out = described;
    return TN_OK;
}

int tn__pg_judge_describe(struct tn__described *out, struct tn__judge *judge,
                          const struct tn__sql_text *text, tn_error *err)
{
    int rc = describe(out, judge, text, err);
    if (rc == TN_OK || text != &judge->text || !tn__pg_is_untyped(err, judge->bench))
        return rc;
    /* The refusal stays what it is, unless casts help. */
    tn_error own = {0};
    struct tn__sql_text before = judge->text;
    struct tn__pg_words refused = judge->bench->refused;
    int cast = tn__pg_cast_params(judge, err, &own);
    if (cast == TN_OK)
        cast = describe(out, judge, &judge->text, &own);
    if (cast == TN_OK || cast == TN_ENOMEM || cast == TN_ECONNECT) {
        *err = own;
        return cast;
    }
    judge->text = before;
    judge->bench->refused = refused;
    return rc;
}
