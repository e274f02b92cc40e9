/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "gen/postgres/postgres.h"
#include "schema/server.h"
#include "util/str.h"

/* Types of the server by their form. OIDs of built-in types never change; those of all others are each
 * database's own, and are never written into generated code. */

enum {
    TEXT_OID = 25,
    TEXT_ARRAY_OID = 1009
};

static const struct tn__pgen_form forms[] = {
    {16, 1000, "bool", "TN_BOOL", true},
    {17, 1001, "bytea", "TN_BLOB", false},
    {19, 1003, "text", "TN_TEXT", false}, /* name */
    {20, 1016, "int8", "TN_INT", true},
    {21, 1005, "int2", "TN_INT", true},
    {23, 1007, "int4", "TN_INT", true},
    {TEXT_OID, TEXT_ARRAY_OID, "text", "TN_TEXT", false},
    {26, 1028, "oid", "TN_INT", true},
    {114, 199, "text", "TN_JSON", false}, /* json */
    {142, 143, "text", "TN_TEXT", false}, /* xml */
    {700, 1021, "float4", "TN_REAL", true},
    {701, 1022, "float8", "TN_REAL", true},
    {1042, 1014, "text", "TN_TEXT", false}, /* char(n) */
    {1043, 1015, "text", "TN_TEXT", false}, /* varchar */
    {1082, 1182, "date", "TN_DATE", true},
    {1083, 1183, "time", "TN_TIME", true},
    {1114, 1115, "timestamp", "TN_TIMESTAMP", true},
    {1184, 1185, "timestamp", "TN_TIMESTAMP", true}, /* with time zone: the same moment */
    {1186, 1187, "interval", "TN_INTERVAL", true},
    {1700, 1231, "word", "TN_TEXT", false}, /* numeric */
    {2950, 2951, "uuid", "TN_UUID", true},
    {3802, 3807, "jsonb", "TN_JSON", false},
};

/* Its bytes are its text, under an OID of the database's own: an enum, citext. */
static const struct tn__pgen_form own_text = {TEXT_OID, TEXT_ARRAY_OID, "text", "TN_TEXT", false};
static const struct tn__pgen_form other = {0, 0, "word", "TN_TEXT", false};

static bool is_own_text(const struct tn__server_type *type)
{
    return type && (type->kind == TN__SERVER_ENUM ||
                    (type->kind == TN__SERVER_BASE && strcmp(type->name, "citext") == 0));
}

const struct tn__pgen_form *tn__pgen_form(struct tn__typing typing)
{
    if (is_own_text(typing.server))
        return &own_text;
    for (size_t i = 0; typing.server && i < sizeof(forms) / sizeof(forms[0]); i++)
        if (forms[i].oid == typing.server->oid)
            return &forms[i];
    return &other;
}

uint32_t tn__pgen_column_type(struct tn__typing typing)
{
    const struct tn__pgen_form *form = tn__pgen_form(typing);
    return typing.is_array ? form->array_oid : form->oid;
}

bool tn__pgen_is_word(const struct tn__query_param *param)
{
    const struct tn__pgen_form *form = tn__pgen_form(param->typing);
    bool is_many = param->is_list || param->typing.is_array;
    return is_many ? form->array_oid == 0 : strcmp(form->name, "word") == 0;
}

void tn__pgen_param_type(char *out, size_t size, const struct tn__query_param *param)
{
    const struct tn__pgen_form *form = tn__pgen_form(param->typing);
    bool is_many = param->is_list || param->typing.is_array;
    uint32_t oid = is_many ? form->array_oid : form->oid;
    bool is_own = oid == 0 || form == &own_text;
    snprintf(out, size, "%s%u", is_own ? "TN_PG_LIKE | " : "", (unsigned)oid);
}

bool tn__pgen_has_text_rows(const struct tn__query *query)
{
    for (size_t i = 0; i < query->column_count; i++)
        if (tn__pgen_column_type(query->columns[i].typing) == 0)
            return true;
    return false;
}

enum tn__pgen_way tn__pgen_way(const struct tn__query *query, struct tn__typing typing)
{
    bool is_text = tn__pgen_has_text_rows(query);
    bool is_inside = tn__is_null_inside(typing.type) || typing.type == TN__TYPE_ENUM;
    if (typing.is_array || (typing.type == TN__TYPE_NUMERIC && !is_text))
        return TN__PGEN_MADE;
    return is_text && (!is_inside || typing.type == TN__TYPE_BLOB) ? TN__PGEN_MADE
                                                                   : TN__PGEN_IN_PLACE;
}

static bool is_split(const struct tn__member *member)
{
    return member->typing.is_nullable && !member->choice &&
           !tn__is_null_inside(member->typing.type);
}

const char *tn__pgen_has_of(const struct tn__member *member)
{
    return is_split(member) ? ".has" : NULL;
}

const char *tn__pgen_value_of(const struct tn__member *member)
{
    if (is_split(member))
        return member->key ? ".value.value" : ".value";
    return member->key ? ".value" : "";
}
