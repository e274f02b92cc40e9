/* SPDX-License-Identifier: MIT */
#include "migrate/runner.h"
#include "util/str.h"

/* Whether a statement does not run as it stands in the file, because the runner sees to it. */
static bool is_left_out(const tn_migration_script *script, size_t index, bool in_transaction)
{
    static const char *const outside[] = {"foreign_keys", "journal_mode", "synchronous"};
    struct tn__pragma pragma;
    if (!in_transaction)
        return false;
    switch (script->stmts[index].kind) {
    case TN__STMT_COMMIT:
        return index + 1 == script->stmt_count;
    case TN__STMT_PRAGMA:
        if (!tn__pragma_parse(&pragma, tn__script_stmt(script, index)) || !pragma.value.data)
            return false;
        for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++) {
            if (tn__text_is_nocase(pragma.name, outside[i]))
                return true;
        }
        return false;
    default:
        return script->stmts[index].kind == TN__STMT_BEGIN;
    }
}

/* What ends a statement that may do so itself; behind a remark a semicolon needs a line of its own. */
static const char *end_of(const tn_migration_script *script, size_t index, enum tn__dialect dialect)
{
    struct tn__lexer lexer;
    tn_text text = tn__script_stmt(script, index);
    struct tn__token last = {TN__TOK_END, 0, 0, 0};
    tn__lex_init(&lexer, text, dialect);
    for (struct tn__token token; (token = tn__lex_next(&lexer)).kind != TN__TOK_END;) {
        if (token.kind != TN__TOK_SPACE)
            last = token;
    }
    if (last.kind == TN__TOK_SEMI)
        return "\n";
    return last.kind == TN__TOK_COMMENT ? "\n;\n" : ";\n";
}

void tn__script_show(struct tn__buf *out, const struct tn__runner *runner,
                     const tn_migrate_item *item, const tn_migration_script *script, bool is_down)
{
    const struct tn__engine *engine = runner->link.engine;
    bool in_transaction = !script->is_no_transaction;
    bool keys_off = tn__script_wants_foreign_keys_off(script);
    tn__buf_printf(out, "-- %s %s: %s\n", item->version_text, item->name, script->file);
    if (keys_off)
        tn__buf_puts(out, "PRAGMA foreign_keys = OFF;\n");
    if (in_transaction)
        engine->show_begin(out, &runner->link);
    if (!runner->has_history)
        tn__buf_printf(out, "%s;\n", tn__link_sql(&runner->link, TN__SQL_HISTORY_CREATE));
    for (size_t i = 0; i < script->stmt_count; i++) {
        if (is_left_out(script, i, in_transaction))
            continue;
        tn__buf_text(out, tn__text_trim(tn__script_stmt(script, i)));
        tn__buf_puts(out, end_of(script, i, runner->link.driver->dialect));
        if (script->stmts[i].kind == TN__STMT_BEGIN)
            in_transaction = true;
        else if (script->stmts[i].kind == TN__STMT_COMMIT ||
                 script->stmts[i].kind == TN__STMT_ROLLBACK)
            in_transaction = false;
    }
    if (!in_transaction)
        engine->show_begin(out, &runner->link);
    if (is_down)
        engine->history->show_remove(out, &runner->link, item->version);
    else
        engine->history->show_insert(out, &runner->link, item->migration);
    tn__buf_puts(out, "COMMIT;\n");
    if (keys_off)
        tn__buf_puts(out, "PRAGMA foreign_keys = ON;\n");
}
