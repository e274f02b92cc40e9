/* SPDX-License-Identifier: MIT */
#include "infer/typing.h"
#include "util/str.h"

/* What C makes of a server's types. */

static const struct {
    const char *name;
    enum tn__type type;
} own_types[] = {
    {"bool", TN__TYPE_BOOL},
    {"int2", TN__TYPE_INT},
    {"int4", TN__TYPE_INT},
    {"int8", TN__TYPE_INT},
    {"oid", TN__TYPE_INT},
    {"float4", TN__TYPE_REAL},
    {"float8", TN__TYPE_REAL},
    {"numeric", TN__TYPE_NUMERIC},
    {"bytea", TN__TYPE_BLOB},
    {"timestamp", TN__TYPE_TIMESTAMP},
    {"timestamptz", TN__TYPE_TIMESTAMP},
    {"date", TN__TYPE_DATE},
    {"time", TN__TYPE_TIME},
    {"interval", TN__TYPE_INTERVAL},
    {"uuid", TN__TYPE_UUID},
    {"json", TN__TYPE_JSON},
    {"jsonb", TN__TYPE_JSON},
};

bool tn__type_is_server(tn_text word)
{
    for (size_t i = 0; i < sizeof(own_types) / sizeof(own_types[0]); i++)
        if (tn__text_is(word, own_types[i].name))
            return true;
    return false;
}

static const struct tn__server_type *under_domains(const struct tn__server_type *type)
{
    while (type && type->kind == TN__SERVER_DOMAIN && type->inner)
        type = type->inner;
    return type;
}

static enum tn__type type_of(const struct tn__server_type *type)
{
    /* An enum of C has values, and a place in a migration. */
    if (type && type->kind == TN__SERVER_ENUM && !type->is_own && type->label_count > 0)
        return TN__TYPE_ENUM;
    bool is_own = type && type->kind == TN__SERVER_BASE && strcmp(type->schema, "pg_catalog") == 0;
    for (size_t i = 0; is_own && i < sizeof(own_types) / sizeof(own_types[0]); i++)
        if (strcmp(type->name, own_types[i].name) == 0)
            return own_types[i].type;
    return TN__TYPE_TEXT;
}

struct tn__typing tn__typing_of_server(const struct tn__server_type *type)
{
    const struct tn__server_type *under = under_domains(type);
    bool is_array = under && under->kind == TN__SERVER_ARRAY && under->inner;
    if (is_array)
        under = under_domains(under->inner);
    return (struct tn__typing){.type = type_of(under), .server = under, .is_array = is_array};
}

bool tn__typing_fits_server(struct tn__typing typing, struct tn__typing said)
{
    enum tn__type own = tn__typing_of_server(typing.server).type;
    enum tn__type type = tn__typing_said(said);
    if (typing.is_array)
        return false;
    return type == own || (own == TN__TYPE_ENUM && type == TN__TYPE_TEXT && !said.key);
}
