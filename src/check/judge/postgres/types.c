/* SPDX-License-Identifier: MIT */
#include "check/judge/postgres/postgres.h"
#include "util/buf.h"
#include "util/str.h"

/* Types: the server's, always. What a table says beyond them, enums by CHECK and keys, goes with a column that
 * comes from it unchanged. */

/* A value that is a key, or one of a few texts. */
static void refine(struct tn__typing *typing, struct tn__typing beyond)
{
    if (typing->is_array || beyond.is_array || typing->server != beyond.server)
        return;
    typing->type = beyond.type;
    typing->choices = beyond.choices;
    typing->key = beyond.key;
}

/* The same of what is known to be one of such a column's values, of whatever text type. */
static void refine_by_domain(struct tn__typing *typing, struct tn__domain domain)
{
    if (typing->is_array)
        return;
    if (domain.choices && typing->type == TN__TYPE_TEXT) {
        typing->type = TN__TYPE_ENUM;
        typing->choices = domain.choices;
    }
    if (domain.key && domain.key->type == typing->type)
        typing->key = domain.key;
}

struct tn__typing tn__pg_type_column(const struct tn__judge *judge, size_t i,
                                     const struct tn__analysed_column *known)
{
    struct tn__typing typing = tn__typing_of_server(judge->described.columns[i].type);
    typing.is_nullable = (known->domain.classes & TN__CLASS_NULL) != 0;
    if (known->table && known->column)
        refine(&typing, tn__checked_typing(judge->checked, known->table, known->column));
    else
        refine_by_domain(&typing, known->domain);
    return typing;
}

/* What a parameter is by this text; NULL: it does not have it. */
static const struct tn__server_type *type_in(const struct tn__judge *judge, size_t param)
{
    return param < judge->described.param_count && tn__pg_has_param(judge, param, NULL, 0)
               ? judge->described.param_types[param]
               : NULL;
}

static void report_torn(const struct tn__judge *judge, size_t param,
                        const struct tn__server_type *a, const struct tn__server_type *b)
{
    const struct tn__sql_param *written = &judge->params.items[param];
    struct tn__buf types[2];
    for (size_t i = 0; i < 2; i++) {
        tn__buf_init(&types[i], 0);
        tn__pg_put_type(&types[i], i == 0 ? a : b);
    }
    tn_text first = tn__buf_view(&types[0]);
    tn_text second = tn__buf_view(&types[1]);
    struct tn__diag *diag =
        tn__diags_add(judge->diags, "engine-error", tn__judge_param_place(judge, param),
                      "parameter '%.*s' of '%s' is %.*s in one text and %.*s in another",
                      (int)written->name.size, written->name.data, judge->query->name,
                      (int)first.size, first.data, (int)second.size, second.data);
    tn__diag_help(judge->diags, diag, "':%.*s::%.*s'", (int)written->name.size, written->name.data,
                  (int)first.size, first.data);
    judge->query->is_broken = true;
    tn__buf_fini(&types[0]);
    tn__buf_fini(&types[1]);
}

/* Whether a program can have values of the type: (a, b) = ANY($1) wants rows of no type. */
static bool is_passable(struct tn__typing typing)
{
    return typing.server && typing.server->kind != TN__SERVER_PSEUDO;
}

static void report_unpassable(const struct tn__judge *judge, size_t param,
                              const struct tn__server_type *type)
{
    tn_text name = judge->params.items[param].name;
    struct tn__buf word;
    tn__buf_init(&word, 0);
    if (type)
        tn__pg_put_type(&word, type);
    tn_text text = tn__buf_view(&word);
    tn__diags_add(judge->diags, "engine-error", tn__judge_param_place(judge, param),
                  "the server wants '%.*s' to be of type '%.*s', which no program can pass",
                  (int)name.size, name.data, (int)text.size, text.data);
    tn__buf_fini(&word);
    judge->query->is_broken = true;
}

struct tn__typing tn__pg_type_param(const struct tn__judges *judges, size_t i,
                                    const struct tn__analysed_param *known)
{
    const struct tn__judge *first = &judges->items[0];
    const struct tn__server_type *type = NULL;
    for (size_t k = 0; k < judges->count; k++) {
        const struct tn__server_type *one = type_in(&judges->items[k], i);
        if (type && one && one != type) {
            report_torn(first, i, type, one);
            break;
        }
        type = type ? type : one;
    }
    struct tn__typing typing = tn__typing_of_server(type);
    bool is_list = first->params.items[i].is_list;
    if (!is_passable(typing) || (is_list && !typing.is_array))
        report_unpassable(first, i, type);
    typing.is_array = typing.is_array && !is_list;
    typing.is_nullable = known->takes_null || (known->domain.classes & TN__CLASS_NULL) != 0;
    refine_by_domain(&typing, known->domain);
    return typing;
}

void tn__pg_check_said(struct tn__judge *judge, const struct tn__annotation *said,
                       const struct tn__analysed_column *known, struct tn__typing typing)
{
    bool is_param = said->kind == TN__ANNOTATE_PARAM;
    (void)known;
    if (tn__typing_fits_server(typing, said->typing))
        return;
    struct tn__diag *diag =
        tn__diags_add(judge->diags, "annotation-mismatch",
                      tn__query_place(judge->query, said->offset, said->name.size),
                      "%s '%.*s' is annotated as %s, and the server %s %s%s",
                      is_param ? "parameter" : "column", (int)said->name.size, said->name.data,
                      said->typing.key ? said->typing.key->name : tn__type_word(said->typing.type),
                      is_param ? "takes" : "gives", typing.server ? typing.server->name : "text",
                      typing.is_array ? "[]" : "");
    if (!is_param)
        tn__diag_help(judge->diags, diag, "a cast in the query: '…::TYPE'");
    else if (said->number)
        tn__diag_help(judge->diags, diag, "a cast in the query: '$%u::TYPE'",
                      (unsigned)said->number);
    else
        tn__diag_help(judge->diags, diag, "a cast in the query: ':%.*s::TYPE'",
                      (int)said->name.size, said->name.data);
    judge->query->is_broken = true;
}

void tn__pg_check_setting(const struct tn__checked *checked,
                          const struct tn__check_options *options,
                          const struct tn__settings_type *type, const struct tn__table *table,
                          struct tn__diags *diags)
{
    struct tn__rule_subject of;
    (void)options;
    if (type->logical == TN__LOGICAL_TEXT || type->logical == TN__LOGICAL_ENUM)
        return; /* of a CHECK: an enum of that name, or none */
    tn__rule_subject(&of, &checked->catalog, type);
    tn__diags_add(diags, "bad-setting", type->place,
                  "column '%s' of table '%s' is %s on the server: [types] gives keys and names of "
                  "enums there",
                  of.column->name, tn__table_label(table), of.column->declared);
}
