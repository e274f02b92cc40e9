/* SPDX-License-Identifier: MIT */
#include "explain/advise.h"
#include "util/str.h"

/* The queries that an index makes dearer: each row that they write is written in it, too. */

static bool keeps(const struct tn__candidate *candidate, tn_text column)
{
    for (size_t i = 0; i < candidate->part_count; i++)
        if (tn__text_is_nocase(column, candidate->parts[i].column->name))
            return true;
    for (size_t i = 0; i < candidate->condition_count; i++)
        if (tn__text_is_nocase(column, candidate->conditions[i]->column->name))
            return true;
    return false;
}

static bool sets_any(const struct tn__candidate *candidate, const struct tn__ast_sets *sets)
{
    for (const struct tn__ast_set *set = sets->first; set; set = set->next)
        for (const struct tn__ast_name_item *n = set->columns.first; n; n = n->next)
            if (keeps(candidate, n->name.text))
                return true;
    return false;
}

/* NULL: it does not write in the index. */
static const char *verb_of(const struct tn__ast_stmt *stmt, const struct tn__candidate *candidate)
{
    if (!tn__text_is_nocase(stmt->target.name.text, candidate->table->name))
        return NULL;
    switch (stmt->kind) {
    case TN__STMT_AST_INSERT:
        return "INSERT";
    case TN__STMT_AST_DELETE:
        return "DELETE";
    case TN__STMT_AST_UPDATE:
        return sets_any(candidate, &stmt->sets) ? "UPDATE" : NULL;
    default:
        return NULL;
    }
}

int tn__explain_writes(struct tn__explain_advice *out, const struct tn__explain *explain,
                       const struct tn__candidate *candidate)
{
    const struct tn__checked *checked = &explain->checked;
    struct tn__explain_write *writes =
        tn_arena_array(explain->arena, checked->query_count, sizeof(*writes));
    if (!writes)
        return TN_ENOMEM;
    for (size_t i = 0; i < checked->query_count; i++) {
        const struct tn__query *query = &checked->queries[i];
        const struct tn__ast_stmt *stmt;
        struct tn__sql sql;
        if (query->stmt.size == 0)
            continue;
        int rc = tn__sql_scan(&sql, query->stmt, explain->arena);
        if (rc == TN_OK)
            rc = tn__sql_parse(&stmt, NULL, &sql, explain->arena);
        if (rc == TN_ENOMEM)
            return rc;
        const char *verb = rc == TN_OK ? verb_of(stmt, candidate) : NULL;
        if (verb)
            writes[out->write_count++] = (struct tn__explain_write){query->name, verb};
    }
    out->writes = writes;
    return TN_OK;
}
