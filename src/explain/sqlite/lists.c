/* SPDX-License-Identifier: MIT */
#include "explain/sqlite/sqlite.h"
#include "util/str.h"

/*
 * The plan, with its lists by name. To the engine all of them are one function, and a row of a plan
 * says no more of its arguments than of its own: so the text that is asked for the plan calls each
 * by an alias, and the row is then said in our words.
 */

/* Whether token i begins what a list is emitted as, in parentheses: SELECT value FROM tn_list(?1) */
static bool is_list(const struct tn__sql *sql, size_t i)
{
    static const char *const words[] = {"SELECT", "value", "FROM", "tn_list"};
    enum {
        WORDS = sizeof(words) / sizeof(words[0])
    };
    for (size_t k = 0; k < WORDS; k++)
        if (!tn__sql_is(sql, i + k, words[k]))
            return false;
    return i + WORDS + 3 < sql->count && sql->tokens[i + WORDS].kind == TN__TOK_LPAREN &&
           sql->tokens[i + WORDS + 2].kind == TN__TOK_RPAREN &&
           sql->tokens[i + WORDS + 3].kind == TN__TOK_RPAREN;
}

/* The parameter by the number that it has in the emitted text. */
static bool param_at(size_t *out, const struct tn__explain *explain, tn_text token)
{
    int64_t number;
    if (tn__text_to_int(&number, tn__text_sub(token, 1, token.size)) != TN_OK || number < 1 ||
        (uint64_t)number > explain->param_count)
        return false;
    *out = (size_t)number - 1;
    return true;
}

/* The statement with an alias behind each list. */
static void write_text(struct tn__buf *out, const struct tn__explain *explain,
                       const struct tn__sql *sql)
{
    enum {
        ARGUMENT = 5, /* tokens behind SELECT */
        END
    };
    size_t done = 0;
    for (size_t i = 0; i < sql->count; i++) {
        size_t param;
        if (!is_list(sql, i) || !param_at(&param, explain, tn__sql_text(sql, i + ARGUMENT)))
            continue;
        size_t end = sql->tokens[i + END].offset + sql->tokens[i + END].size;
        tn__buf_text(out, tn__text_sub(sql->text, done, end - done));
        tn__buf_puts(out, " AS ");
        tn__buf_sql_name(out, tn_text_of(explain->params[param].label));
        done = end;
    }
    tn__buf_text(out, tn__text_sub(sql->text, done, sql->text.size));
}

int tn__explain_label_lists(struct tn__explain *explain)
{
    struct tn__sql sql;
    struct tn__buf text;
    int rc = tn__sql_scan(&sql, explain->statement.emitted, explain->arena);
    tn__buf_init(&text, 0);
    if (rc == TN_OK) {
        write_text(&text, explain, &sql);
        rc = tn__buf_to_arena(&text, explain->arena, &explain->planned);
    }
    tn__buf_fini(&text);
    return rc;
}

/* "SCAN :ids VIRTUAL TABLE INDEX 0:" as "SCAN the list :ids". */
static int say_list(struct tn__plan_node *node, const struct tn__explain *explain, tn_arena *arena)
{
    static const char words[] = "SCAN the list ";
    for (size_t i = 0; i < explain->param_count; i++) {
        const char *label = explain->params[i].label;
        if (node->step != TN__PLAN_STEP_SCAN || !tn__text_is(node->source, label))
            continue;
        node->detail = tn__arena_printf(arena, "%s%s", words, label);
        if (!node->detail)
            return TN_ENOMEM;
        node->source = tn_text_of(node->detail + sizeof words - 1);
    }
    return TN_OK;
}

static int say_lists(struct tn__query_plan *plan, const struct tn__explain *explain,
                     tn_arena *arena)
{
    struct tn__plan_node *nodes = tn_arena_array(arena, plan->count, sizeof(*nodes));
    if (!nodes)
        return TN_ENOMEM;
    for (size_t i = 0; i < plan->count; i++) {
        nodes[i] = plan->nodes[i];
        if (say_list(&nodes[i], explain, arena) != TN_OK)
            return TN_ENOMEM;
    }
    plan->nodes = nodes;
    return TN_OK;
}

int tn__explain_sqlite_ask(struct tn__query_plan *out, const struct tn__explain *explain,
                           const struct tn__check_engine *engine, tn_arena *arena, tn_error *err)
{
    const struct tn__scratch *scratch = &engine->scratch;
    int rc = tn__query_plan_read(out, scratch->driver, scratch->native, explain->planned,
                                 explain->binds, explain->bind_count, arena, err);
    if (rc == TN_OK && say_lists(out, explain, arena) != TN_OK)
        rc = tn_error_set(err, TN_ENOMEM, "out of memory");
    return rc;
}
