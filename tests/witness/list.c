/* SPDX-License-Identifier: MIT */
#include "list.h"

#include <string.h>

#include "data.h"

const char *list_sql(const struct tn__sql *sql, tn_arena *arena)
{
    const char *made = "";
    size_t begin = 0;
    for (size_t i = 0; i < sql->count; i++) {
        const struct tn__sql_token *token = &sql->tokens[i];
        if (!token->is_list)
            continue;
        made =
            fmt(arena, "%s%.*sSELECT value FROM tn_list(%.*s)", made, (int)(token->offset - begin),
                sql->text.data + begin, (int)token->size - 2, sql->text.data + token->offset);
        begin = token->offset + token->size;
    }
    return fmt(arena, "%s%.*s", made, (int)(sql->text.size - begin), sql->text.data + begin);
}

void list_bind(struct bound_list *list, sqlite3_stmt *stmt, int index, const struct value *value)
{
    tn_value *first = &list->items[0];
    memset(list, 0, sizeof *list);
    list->list.name = "l";
    list->list.kind = TN_SQLITE_LIST_VALUE;
    list->list.items = list->items;
    list->list.count = value->type != SQLITE_NULL;
    switch (value->type) {
    case SQLITE_INTEGER:
        first->type = list->items[1].type = TN_INT;
        first->as.integer = value->integer;
        list->items[1].as.integer = value->integer ^ 1; /* two rows of a key */
        list->list.count = 2;
        break;
    case SQLITE_FLOAT:
        first->type = TN_REAL;
        first->as.real = value->real;
        break;
    case SQLITE_TEXT:
        first->type = TN_TEXT;
        first->as.text = (tn_text){value->bytes ? value->bytes : "", (size_t)value->size};
        break;
    case SQLITE_BLOB:
        first->type = TN_BLOB;
        first->as.blob = (tn_blob){value->bytes ? value->bytes : "", (size_t)value->size};
        break;
    default:
        break;
    }
    if (tn_sqlite_bind_list(stmt, index, &list->list) != SQLITE_OK)
        die("a list cannot be bound");
}
