/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "sql/statement.h"
#include "util/str.h"

/* The words of PostgreSQL, of any version up to 18, that are no column without quotes: those that
 * pg_get_keywords() calls reserved, or a function or type only. Sorted. */
static const char *const reserved[] = {
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "binary",
    "both",
    "case",
    "cast",
    "check",
    "collate",
    "collation",
    "column",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "false",
    "fetch",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "group",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "intersect",
    "into",
    "is",
    "isnull",
    "join",
    "lateral",
    "leading",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "natural",
    "not",
    "notnull",
    "null",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "outer",
    "overlaps",
    "placing",
    "primary",
    "references",
    "returning",
    "right",
    "select",
    "session_user",
    "similar",
    "some",
    "symmetric",
    "system_user",
    "table",
    "tablesample",
    "then",
    "to",
    "trailing",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
};

static int compare(const void *name, const void *word)
{
    const char *const *other = word;
    return strcmp(name, *other);
}

/* The server takes a name without quotes in lower case. */
static bool is_plain(tn_text name)
{
    char copy[32]; /* no keyword is longer */
    bool is_word = name.size > 0 && !(name.data[0] >= '0' && name.data[0] <= '9');
    for (size_t i = 0; i < name.size; i++)
        is_word = is_word && tn__is_ident(name.data[i]) && (unsigned char)name.data[i] < 0x80 &&
                  tn__lower(name.data[i]) == name.data[i];
    if (!is_word || name.size >= sizeof copy)
        return is_word;
    memcpy(copy, name.data, name.size);
    copy[name.size] = '\0';
    return !bsearch(copy, reserved, sizeof(reserved) / sizeof(reserved[0]), sizeof(reserved[0]),
                    compare);
}

void tn__sql_put_name_postgres(struct tn__buf *buf, tn_text name)
{
    if (is_plain(name))
        tn__buf_text(buf, name);
    else
        tn__buf_sql_name(buf, name);
}
