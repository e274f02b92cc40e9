/* SPDX-License-Identifier: MIT */
#include "explain/explain.h"

#include <stdlib.h>

#include "util/str.h"

/* The engine, the parameters, the plan. */

/* --- the engine */

/* Take a connection of the database. Its statements are prepared on the connection itself, so that
 * what they cost can be told. */
static int adopt(struct tn__explain *explain, tn_db *db, enum tn_access access, bool declares,
                 tn_error *err)
{
    int rc = tn__scratch_borrow(&explain->engine, db, access, err);
    if (rc != TN_OK)
        return rc;
    return tn__check_adopt(&explain->engine, &explain->checked, explain->options, declares,
                           explain->arena, err);
}

/* A query's parameter goes by its query's word for it. */
static const char *name_of(const struct tn__explain *explain, size_t i)
{
    const struct tn__sql_param *param = &explain->statement.params.items[i];
    if (explain->query && param->number >= 1 && param->number <= explain->query->param_count &&
        explain->query->params)
        return explain->query->params[param->number - 1].name;
    return param->name.size > 0 ? tn_arena_copy(explain->arena, param->name.data, param->name.size)
                                : tn__arena_printf(explain->arena, "%u", (unsigned)param->number);
}

static int name_params(struct tn__explain *explain)
{
    size_t count = explain->statement.params.count;
    explain->params = tn_arena_array(explain->arena, count, sizeof(*explain->params));
    if (!explain->params)
        return TN_ENOMEM;
    explain->param_count = count;
    for (size_t i = 0; i < count; i++) {
        const struct tn__query *query = explain->query;
        explain->params[i].value = tn_value_null();
        explain->params[i].is_list = query && i < query->param_count
                                         ? query->params[i].is_list
                                         : explain->statement.params.items[i].is_list;
        explain->params[i].name = name_of(explain, i);
        if (!explain->params[i].name)
            return TN_ENOMEM;
    }
    return TN_OK;
}

int tn__explain_open(struct tn__explain *explain, tn_db *db, enum tn_access access, bool declares,
                     tn_error *err)
{
    const char *file = explain->query ? explain->query->name : "sql";
    explain->is_on_database = db != NULL;
    int rc = db ? adopt(explain, db, access, declares, err)
                : tn__check_scratch(&explain->engine, &explain->checked, explain->options, false,
                                    explain->arena, explain->diags, err);
    if (rc == TN_EREFUSED)
        return TN_ESYNTAX; /* a migration fails */
    if (rc == TN_OK)
        rc = tn__check_statement(&explain->statement, explain->sql, file, &explain->checked,
                                 explain->options, &explain->engine, explain->arena, explain->diags,
                                 err);
    if (rc == TN_EREFUSED)
        return tn_error_set(err, TN_ESYNTAX, "the statement is broken");
    if (rc == TN_OK && name_params(explain) != TN_OK)
        rc = tn_error_set(err, TN_ENOMEM, "out of memory");
    return rc;
}

void tn__explain_close(struct tn__explain *explain)
{
    tn__scratch_close(&explain->engine);
}

/* --- parameters */

static int read_blob(tn_value *out, tn_text hex, tn_arena *arena)
{
    unsigned char *bytes = tn_arena_alloc(arena, hex.size / 2 + 1);
    if (!bytes)
        return TN_ENOMEM;
    for (size_t i = 0; i + 1 < hex.size; i += 2) {
        char pair[3] = {hex.data[i], hex.data[i + 1], '\0'};
        bytes[i / 2] = (unsigned char)strtoul(pair, NULL, 16);
    }
    *out = tn_value_blob((tn_blob){bytes, hex.size / 2});
    return TN_OK;
}

static bool read_number(tn_value *out, tn_text text)
{
    int64_t integer;
    char *end;
    if (tn__text_to_int(&integer, text) == TN_OK) {
        *out = tn_value_int(integer);
        return true;
    }
    if (text.size == 0 || !strchr("+-.0123456789", text.data[0]))
        return false;
    double real = strtod(text.data, &end);
    *out = tn_value_real(real);
    return end == text.data + text.size;
}

/* A literal of SQL; anything else is text. The text is NUL-terminated. */
static int read_value(tn_value *out, tn_text text, tn_arena *arena)
{
    struct tn__lexer lexer;
    tn__lex_init(&lexer, text, TN__SQLITE);
    struct tn__token token = tn__lex_next(&lexer);
    bool is_whole = token.size == text.size && !token.unterminated;
    *out = tn_value_text(text);
    if (tn__text_is_nocase(text, "NULL"))
        *out = tn_value_null();
    else if (tn__text_is_nocase(text, "TRUE") || tn__text_is_nocase(text, "FALSE"))
        *out = tn_value_bool(tn__text_is_nocase(text, "TRUE"));
    else if (is_whole && token.kind == TN__TOK_BLOB)
        return read_blob(out, tn__text_sub(text, 2, text.size - 3), arena);
    else if (is_whole && token.kind == TN__TOK_STRING)
        return tn__token_unquote(&out->as.text, text, arena);
    else
        (void)read_number(out, text);
    return TN_OK;
}

static struct tn__explain_param *param_of(const struct tn__explain *explain, tn_text name)
{
    if (name.size > 1 && strchr(":@$?", name.data[0]))
        name = tn__text_sub(name, 1, name.size);
    for (size_t i = 0; i < explain->param_count; i++)
        if (tn__text_is(name, explain->params[i].name))
            return &explain->params[i];
    return NULL;
}

int tn__explain_bind(struct tn__explain *explain, const char *setting, tn_error *err)
{
    tn_text text = tn_text_of(setting);
    size_t equals = tn__text_find(text, '=');
    tn_text name = tn__text_sub(text, 0, equals);
    if (equals == text.size || name.size == 0)
        return tn_error_set(err, TN_EINVAL, "'%s' sets no parameter: write NAME=VALUE", setting);
    struct tn__explain_param *param = param_of(explain, name);
    if (param && param->is_list)
        return tn_error_set(err, TN_EINVAL, "'%s' is a list, which cannot be set: it is empty",
                            param->name);
    if (param) {
        int rc =
            read_value(&param->value, tn__text_sub(text, equals + 1, text.size), explain->arena);
        param->is_set = true;
        return rc == TN_OK ? TN_OK : tn_error_set(err, TN_ENOMEM, "out of memory");
    }
    const char **names = tn_arena_array(explain->arena, explain->param_count, sizeof(*names));
    for (size_t i = 0; names && i < explain->param_count; i++)
        names[i] = explain->params[i].name;
    const char *near = names ? tn__nearest(name, names, explain->param_count) : NULL;
    return tn_error_set(err, TN_ENOTFOUND, "the statement has no parameter '%.*s'%s%s%s",
                        (int)name.size, name.data, near ? "; did you mean '" : "", near ? near : "",
                        near ? "'?" : "");
}

/* --- the plan */

int tn__explain_plan(struct tn__explain *explain, tn_error *err)
{
    struct tn__plan_bind *binds =
        tn_arena_array(explain->arena, explain->param_count, sizeof(*binds));
    if (!binds)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    explain->binds = binds;
    explain->bind_count = 0;
    for (size_t i = 0; i < explain->param_count; i++)
        if (explain->params[i].is_set)
            binds[explain->bind_count++] =
                (struct tn__plan_bind){(int)i + 1, explain->params[i].value};
    return tn__query_plan_read(&explain->plan, explain->engine.driver, explain->engine.native,
                               explain->statement.emitted, binds, explain->bind_count,
                               explain->arena, err);
}
