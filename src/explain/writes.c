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

static int verb_in_sqlite(const char **out, const struct tn__query *query,
                          const struct tn__candidate *candidate, tn_arena *arena)
{
    const struct tn__ast_stmt *stmt;
    struct tn__sql sql;
    int rc = tn__sql_scan(&sql, query->stmt, arena);
    if (rc == TN_OK)
        rc = tn__sql_parse(&stmt, NULL, &sql, arena);
    *out = rc == TN_OK ? verb_of(stmt, candidate) : NULL;
    return rc == TN_ENOMEM ? rc : TN_OK;
}

/* --- PostgreSQL, by the tokens ------------------------------------------------------------------ */

/* The table of a statement that begins with these words at token i, whether or not it is one of WITH. */
static bool writes_table(const struct tn__sql *sql, size_t i, const char *verb, const char *word,
                         const struct tn__table *table)
{
    size_t name = i + 1 + (word != NULL);
    bool follows = i > 0 && (tn__sql_is(sql, i - 1, "FOR") || tn__sql_is(sql, i - 1, "DO") ||
                             tn__sql_is(sql, i - 1, "KEY") || tn__sql_is(sql, i - 1, "THEN"));
    if (follows || !tn__sql_is(sql, i, verb) || (word && !tn__sql_is(sql, i + 1, word)))
        return false;
    name += tn__sql_is(sql, name, "ONLY");
    if (tn__sql_is_op(sql, name + 1, ".")) {
        if (!tn__text_is(tn__sql_name(sql, name), table->schema))
            return false;
        name += 2;
    }
    return tn__text_is(tn__sql_name(sql, name), table->name);
}

/* Whether an UPDATE that begins at token i sets a column that is kept. */
static bool sets_kept(const struct tn__sql *sql, size_t i, const struct tn__candidate *candidate)
{
    static const char *const ends[] = {"FROM", "WHERE", "RETURNING", NULL};
    uint32_t depth = sql->tokens[i].depth;
    while (i < sql->count && !tn__sql_is(sql, i, "SET"))
        i++;
    for (; i < sql->count && sql->tokens[i].depth >= depth; i++) {
        if (sql->tokens[i].depth == depth && tn__sql_is_any(sql, i, ends))
            return false;
        bool is_set = tn__sql_is_op(sql, i + 1, "=") || tn__sql_is_op(sql, i + 1, ",") ||
                      (i + 1 < sql->count && sql->tokens[i + 1].kind == TN__TOK_RPAREN);
        if (is_set && keeps(candidate, tn__sql_name(sql, i)))
            return true;
    }
    return false;
}

static int verb_in_postgres(const char **out, const struct tn__query *query,
                            const struct tn__candidate *candidate, tn_arena *arena)
{
    static const struct {
        const char *verb;
        const char *word;
    } verbs[] = {{"INSERT", "INTO"}, {"DELETE", "FROM"}, {"MERGE", "INTO"}, {"UPDATE", NULL}};
    struct tn__sql sql;
    *out = NULL;
    int rc = tn__sql_scan_as(&sql, query->stmt, TN__POSTGRES, arena);
    for (size_t i = 0; rc == TN_OK && i < sql.count; i++)
        for (size_t v = 0; v < sizeof(verbs) / sizeof(verbs[0]); v++) {
            if (!writes_table(&sql, i, verbs[v].verb, verbs[v].word, candidate->table))
                continue;
            if (!verbs[v].word && !sets_kept(&sql, i, candidate))
                continue;
            *out = verbs[v].verb;
            return TN_OK;
        }
    return rc;
}

int tn__explain_writes(struct tn__explain_advice *out, const struct tn__explain *explain,
                       const struct tn__candidate *candidate)
{
    const struct tn__checked *checked = &explain->checked;
    bool is_postgres = explain->options->dialect == TN__POSTGRES;
    struct tn__explain_write *writes =
        tn_arena_array(explain->arena, checked->query_count, sizeof(*writes));
    if (!writes)
        return TN_ENOMEM;
    for (size_t i = 0; i < checked->query_count; i++) {
        const struct tn__query *query = &checked->queries[i];
        const char *verb = NULL;
        if (query->stmt.size == 0)
            continue;
        int rc = is_postgres ? verb_in_postgres(&verb, query, candidate, explain->arena)
                             : verb_in_sqlite(&verb, query, candidate, explain->arena);
        if (rc != TN_OK)
            return rc;
        if (verb)
            writes[out->write_count++] = (struct tn__explain_write){query->name, verb};
    }
    out->writes = writes;
    return TN_OK;
}
