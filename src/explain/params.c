/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include <tenon/time.h>

#include "explain/form.h"
#include "util/str.h"

/* The parameters of the text that is explained, and their values. */

/* --- which there are */

/* What the query knows of a parameter of its text; NULL: it is none of a query. */
static const struct tn__query_param *known_of(const struct tn__explain *explain, size_t i)
{
    const struct tn__query *query = explain->query;
    uint32_t number = explain->statement.params.items[i].number;
    return query && query->params && number >= 1 && number <= query->param_count
               ? &query->params[number - 1]
               : NULL;
}

/* A query's parameter goes by its query's word for it. */
static int describe(struct tn__explain_param *out, const struct tn__explain *explain, size_t i)
{
    const struct tn__sql_param *written = &explain->statement.params.items[i];
    const struct tn__analysed *analysed = &explain->statement.analysed;
    const struct tn__query_param *known = known_of(explain, i);
    bool has_name = known || written->name.size > 0;
    char sign = explain->options->dialect == TN__POSTGRES ? '$' : '?';
    *out = (struct tn__explain_param){.value = tn_value_null(), .is_list = written->is_list};
    if (known) {
        out->name = known->name;
        out->is_list = known->is_list;
        out->typing = known->typing;
    } else {
        out->name = has_name ? tn_arena_copy(explain->arena, written->name.data, written->name.size)
                             : tn__arena_printf(explain->arena, "%u", (unsigned)written->number);
        if (i < analysed->param_count)
            out->typing = tn__typing_of_domain(analysed->params[i].domain);
    }
    if (out->name)
        out->label = tn__arena_printf(explain->arena, "%c%s", has_name ? ':' : sign, out->name);
    return out->label ? TN_OK : TN_ENOMEM;
}

int tn__explain_name_params(struct tn__explain *explain)
{
    size_t count = explain->statement.params.count;
    explain->params = tn_arena_array(explain->arena, count, sizeof(*explain->params));
    if (!explain->params)
        return TN_ENOMEM;
    explain->param_count = count;
    for (size_t i = 0; i < count; i++)
        if (describe(&explain->params[i], explain, i) != TN_OK)
            return TN_ENOMEM;
    return TN_OK;
}

static struct tn__explain_param *param_of(const struct tn__explain *explain, tn_text name)
{
    for (size_t i = 0; i < explain->param_count; i++)
        if (tn__text_is(name, explain->params[i].name))
            return &explain->params[i];
    return NULL;
}

/* --- literals */

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
    if (end != text.data + text.size)
        return false;
    *out = tn_value_real(real);
    return true;
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

/* --- lists */

/* As the column keeps it: generated code gives the engine nothing else. */
static int read_time(tn_value *value, bool *is_one, enum tn__timestamp_form form, tn_arena *arena)
{
    bool is_number = form == TN__FORM_SECONDS || form == TN__FORM_MS;
    tn_timestamp moment;
    *is_one = value->type == TN_INT && is_number;
    if (value->type != TN_TEXT || tn_time_parse(&moment, value->as.text) != TN_OK)
        return TN_OK;
    *is_one = true;
    if (is_number) {
        *value = tn_value_int(moment.us / (form == TN__FORM_MS ? 1000 : 1000000));
        return TN_OK;
    }
    char *text = tn_arena_alloc(arena, TN_TIME_MAX);
    if (!text)
        return TN_ENOMEM;
    size_t size =
        tn_time_format(text, moment, form == TN__FORM_RFC3339 ? TN_TIME_RFC3339 : TN_TIME_DATETIME);
    *value = tn_value_text((tn_text){text, size});
    return TN_OK;
}

static bool is_choice(const struct tn__column *column, tn_text text)
{
    for (size_t i = 0; i < column->choice_count; i++)
        if (tn_text_equal(column->choices[i], text))
            return true;
    return false;
}

/* An element by the type of its list; *is_one: it is one of that type. */
static int read_item(tn_value *out, bool *is_one, struct tn__typing typing, tn_text text,
                     tn_arena *arena)
{
    if (read_value(out, text, arena) != TN_OK)
        return TN_ENOMEM;
    *is_one = true;
    switch (typing.type) {
    case TN__TYPE_ANY:
        *is_one = out->type != TN_NULL;
        break;
    case TN__TYPE_INT:
        *is_one = out->type == TN_INT;
        break;
    case TN__TYPE_REAL:
        if (out->type == TN_INT)
            *out = tn_value_real((double)out->as.integer);
        *is_one = out->type == TN_REAL;
        break;
    case TN__TYPE_BOOL:
        if (out->type == TN_INT && (out->as.integer == 0 || out->as.integer == 1))
            *out = tn_value_bool(out->as.integer == 1);
        *is_one = out->type == TN_BOOL;
        break;
    case TN__TYPE_TIMESTAMP:
        return read_time(out, is_one, typing.form, arena);
    case TN__TYPE_BLOB:
        if (out->type != TN_BLOB)
            *out = tn_value_blob((tn_blob){text.data, text.size});
        break;
    case TN__TYPE_TEXT:
    case TN__TYPE_JSON:
    case TN__TYPE_UUID: /* the server reads these and says what is wrong with them */
    case TN__TYPE_DATE:
    case TN__TYPE_TIME:
    case TN__TYPE_INTERVAL:
    case TN__TYPE_NUMERIC:
    case TN__TYPE_ENUM:
        if (out->type != TN_TEXT)
            *out = tn_value_text(text);
        *is_one = !typing.choices || is_choice(typing.choices, out->as.text);
        break;
    }
    return TN_OK;
}

/* Cut off what stands before the next comma; one within a literal is none. */
static tn_text cut_item(tn_text *rest)
{
    struct tn__lexer lexer;
    tn__lex_init(&lexer, *rest, TN__SQLITE);
    struct tn__token token = tn__lex_next(&lexer);
    bool is_literal = (token.kind == TN__TOK_STRING || token.kind == TN__TOK_BLOB) &&
                      !token.unterminated &&
                      (token.size == rest->size || rest->data[token.size] == ',');
    size_t end = is_literal ? token.size : tn__text_find(*rest, ',');
    tn_text item = tn__text_sub(*rest, 0, end);
    *rest = tn__text_sub(*rest, end, rest->size);
    return item;
}

static int add_item(struct tn__explain_param *param, tn_value *items, tn_text text, tn_arena *arena,
                    tn_error *err)
{
    bool is_one;
    const char *copy = tn_arena_copy(arena, text.data, text.size);
    if (!copy || read_item(&items[param->list.count], &is_one, param->typing,
                           (tn_text){copy, text.size}, arena) != TN_OK)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    if (!is_one)
        return tn_error_set(err, TN_EINVAL, "list '%s': element %zu, '%s', is no %s", param->name,
                            param->list.count, copy,
                            param->typing.choices ? "value of its enum"
                            : param->typing.type == TN__TYPE_ANY
                                ? "value"
                                : tn__type_word(param->typing.type));
    param->list.count++;
    return TN_OK;
}

/* The elements are put behind those that are there; nothing at all is an empty list. */
static int add_items(struct tn__explain_param *param, tn_text text, tn_arena *arena, tn_error *err)
{
    size_t most = param->list.count + 1;
    for (size_t i = 0; i < text.size; i++)
        most += text.data[i] == ',';
    tn_value *items = tn_arena_array(arena, most, sizeof(*items));
    if (!items)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    if (param->list.count > 0)
        memcpy(items, param->list.items, param->list.count * sizeof(*items));
    param->list.items = items;
    param->is_set = true;
    int rc = TN_OK;
    bool goes_on = text.size > 0;
    while (rc == TN_OK && goes_on) {
        tn_text item = cut_item(&text);
        rc = add_item(param, items, item, arena, err);
        goes_on = text.size > 0;
        text = tn__text_sub(text, 1, text.size); /* the comma */
    }
    return rc;
}

/* --- settings */

/* Why the text has none of that name. */
static int refuse(const struct tn__explain *explain, tn_text name, tn_error *err)
{
    const struct tn__query *query = explain->query;
    const struct tn__variants *variants = tn__explain_variants(explain);
    const struct tn__option *option = tn__explain_option(explain, name);
    for (size_t i = 0; query && i < query->param_count; i++)
        if (tn__text_is(name, query->params[i].name))
            return tn_error_set(err, TN_EINVAL, "parameter '%s' stands in what is left out",
                                query->params[i].name);
    if (option)
        return tn_error_set(err, TN_EINVAL,
                            "'%s' is an optional part: '--with %s' or '--without %s'", option->name,
                            option->name, option->name);
    size_t choices = variants ? variants->choice_count : 0;
    size_t count = explain->param_count + choices;
    const char **names = tn_arena_array(explain->arena, count, sizeof(*names));
    if (!names)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    for (size_t i = 0; i < count; i++)
        names[i] = i < explain->param_count ? explain->params[i].name
                                            : variants->choices[i - explain->param_count].name;
    return tn__explain_unknown(err, "the statement has no parameter", name, names, count);
}

int tn__explain_bind(struct tn__explain *explain, const char *text, tn_error *err)
{
    struct tn__explain_setting setting;
    if (!tn__explain_setting(&setting, text))
        return tn_error_set(err, TN_EINVAL, "'%s' sets no parameter: write NAME=VALUE", text);
    const struct tn__choice *choice = tn__explain_choice(explain, setting.name);
    if (choice && !tn__explain_has(explain, choice->mask))
        return tn_error_set(err, TN_EINVAL, "choice '%s' stands in what is left out", choice->name);
    if (choice)
        return TN_OK; /* tn__explain_choose() has taken it */
    struct tn__explain_param *param = param_of(explain, setting.name);
    if (!param)
        return refuse(explain, setting.name, err);
    if (param->is_list)
        return add_items(param, setting.value, explain->arena, err);
    param->is_set = true;
    return read_value(&param->value, setting.value, explain->arena) == TN_OK
               ? TN_OK
               : tn_error_set(err, TN_ENOMEM, "out of memory");
}
