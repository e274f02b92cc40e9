/* SPDX-License-Identifier: MIT */
#include "migrate/engine/postgres.h"

#include <stdio.h>
#include <string.h>

#include "util/buf.h"
#include "util/str.h"

/*
 * CREATE INDEX CONCURRENTLY that fails leaves the index behind: it is not used, it is kept up to date,
 * and its name is taken.
 */

/* Those that are being built at this moment are invalid, too: version 12 and later tell which. */
static const char invalid_sql[] =
    "SELECT pg_catalog.string_agg(name, ', ') FROM (SELECT pg_catalog.quote_ident(n.nspname::text) "
    "|| '.' || pg_catalog.quote_ident(c.relname::text) AS name FROM pg_catalog.pg_index i "
    "JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid "
    "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "WHERE NOT i.indisvalid AND c.relkind = 'i' AND n.nspname NOT LIKE 'pg\\_%' "
    "AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_stat_progress_create_index p "
    "WHERE p.index_relid = i.indexrelid) ORDER BY 1 LIMIT 5) AS found";
enum {
    TELLS_PROGRESS = 120000,
    NAME_SIZE = sizeof((struct tn__pg_guard *)0)->invalid
};

/* Names with commas in between; "": there is none. */
static int find_invalid(char out[NAME_SIZE], struct tn__link *link, tn_error *err)
{
    tn_arena arena = TN_ARENA_INIT;
    const char *names = "";
    int rc = link->guard->version >= TELLS_PROGRESS
                 ? tn__link_text(link, invalid_sql, &names, &arena, err)
                 : TN_OK;
    if (rc == TN_OK)
        tn__copy_text(out, NAME_SIZE, tn_text_of(names));
    tn_arena_fini(&arena);
    return rc;
}

int tn__pg_look(struct tn__runner *r, tn_error *err)
{
    char names[NAME_SIZE];
    int rc = find_invalid(names, &r->link, err);
    if (rc == TN_OK && names[0])
        tn__runner_notice(
            r, NULL,
            "invalid, and left by a CREATE INDEX or REINDEX CONCURRENTLY that failed: "
            "%s; it is not used, and costs at every write: run \"DROP INDEX "
            "CONCURRENTLY %s\", then build it anew (tenon migrate resume, if it is a "
            "migration's)",
            names, names);
    return rc;
}

void tn__pg_index_explain(struct tn__run *run, tn_error *err)
{
    char names[NAME_SIZE];
    tn_error ignored;
    if (tn__link_in_transaction(run->link) || find_invalid(names, run->link, &ignored) != TN_OK ||
        strcmp(names, run->link->guard->invalid) == 0)
        return;
    run->has_effect = true;
    tn__error_append(err, "; it is left invalid: run \"DROP INDEX CONCURRENTLY ");
    tn__error_append(err, names);
    tn__error_append(err, "\"");
}

/* --- the index that a statement is about -------------------------------------------------------- */

/* CREATE [UNIQUE] INDEX CONCURRENTLY [IF NOT EXISTS] name ON [ONLY] table …, or DROP INDEX CONCURRENTLY
 * [IF EXISTS] name. Spans of the statement; empty where it has none. */
struct subject {
    bool is_drop;
    tn_text name; /* of a DROP with its schema */
    tn_text table;
};

static tn_text take_name(struct tn__lexer *lexer, struct tn__token *token)
{
    size_t begin = token->offset;
    size_t end = begin;
    while (token->kind == TN__TOK_WORD || token->kind == TN__TOK_NAME) {
        end = token->offset + token->size;
        *token = tn__lex_next_solid(lexer);
        if (!tn__text_is(tn__token_text(lexer, *token), "."))
            break;
        *token = tn__lex_next_solid(lexer);
    }
    return tn__text_sub(lexer->text, begin, end - begin);
}

static bool skip(struct tn__lexer *lexer, struct tn__token *token, const char *word)
{
    if (!tn__token_is(lexer, *token, word))
        return false;
    *token = tn__lex_next_solid(lexer);
    return true;
}

static bool find_subject(struct subject *out, tn_text statement)
{
    struct tn__lexer lexer;
    *out = (struct subject){.is_drop = false};
    tn__lex_init(&lexer, statement, TN__POSTGRES);
    struct tn__token token = tn__lex_next_solid(&lexer);
    out->is_drop = skip(&lexer, &token, "DROP");
    if (!out->is_drop && !skip(&lexer, &token, "CREATE"))
        return false;
    (void)skip(&lexer, &token, "UNIQUE");
    if (!skip(&lexer, &token, "INDEX") || !skip(&lexer, &token, "CONCURRENTLY"))
        return false;
    if (skip(&lexer, &token, "IF")) {
        (void)skip(&lexer, &token, "NOT");
        (void)skip(&lexer, &token, "EXISTS");
    }
    if (!out->is_drop && tn__token_is(&lexer, token, "ON"))
        return false; /* the server finds a name for it */
    out->name = take_name(&lexer, &token);
    if (out->is_drop)
        return out->name.size > 0 && token.kind != TN__TOK_OP; /* one alone, not a list */
    (void)skip(&lexer, &token, "ON");
    (void)skip(&lexer, &token, "ONLY");
    out->table = take_name(&lexer, &token);
    return out->name.size > 0 && out->table.size > 0;
}

/* *state: "valid", "invalid", or "" where there is none; *name: the index's, as SQL has it. */
static int look_up(const char *found[2], struct tn__link *link, const struct subject *subject,
                   tn_arena *arena, tn_error *err)
{
    struct tn__buf sql;
    tn__buf_init(&sql, 0);
    tn__buf_puts(&sql, "SELECT CASE WHEN i.indisvalid THEN 'valid' ELSE 'invalid' END, "
                       "i.indexrelid::regclass::text FROM pg_catalog.pg_index i "
                       "JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid WHERE ");
    if (subject->is_drop) {
        tn__buf_puts(&sql, "i.indexrelid = pg_catalog.to_regclass(");
        tn__buf_sql_string(&sql, subject->name);
        tn__buf_puts(&sql, ")::oid");
    } else {
        tn__buf_puts(&sql, "i.indrelid = pg_catalog.to_regclass(");
        tn__buf_sql_string(&sql, subject->table);
        tn__buf_puts(&sql, ")::oid AND c.relname::text = (pg_catalog.parse_ident(");
        tn__buf_sql_string(&sql, subject->name);
        tn__buf_puts(&sql, "))[1]");
    }
    found[0] = found[1] = "";
    int rc = tn__buf_status(&sql) == TN_OK ? tn__link_row(link, sql.data, found, 2, arena, err)
                                           : tn_error_set(err, TN_ENOMEM, "out of memory");
    tn__buf_fini(&sql);
    return rc == TN_NONE ? TN_OK : rc;
}

int tn__pg_index_before(struct tn__run *run, size_t index, bool *is_skipped, tn_error *err)
{
    struct subject subject;
    const char *found[2];
    struct tn__runner *r = run->runner;
    bool may_be_done = r->is_unfinished && index == run->start;
    int rc = find_invalid(r->link.guard->invalid, &r->link, err);
    if (rc != TN_OK)
        return tn__run_fail_at(run, index, rc, err);
    if (!find_subject(&subject, tn__script_stmt(run->script, index)) ||
        (subject.is_drop && !may_be_done))
        return TN_OK;
    rc = look_up(found, run->link, &subject, r->arena, err);
    if (rc != TN_OK)
        return tn__run_fail_at(run, index, rc, err);
    if (!subject.is_drop && strcmp(found[0], "invalid") == 0) {
        err->position = 0;
        tn_error_set(err, TN_EREFUSED,
                     "index %s is there and invalid: an earlier run has left it; run \"DROP INDEX "
                     "CONCURRENTLY %s\" first",
                     found[1], found[1]);
        return tn__run_fail_at(run, index, TN_EREFUSED, err);
    }
    /* The run that was broken off could not say any more that it was done. */
    *is_skipped = may_be_done && (subject.is_drop ? found[0][0] == '\0' : found[0][0] != '\0');
    if (*is_skipped)
        tn__runner_notice(r, run->item, "%s: statement %zu is done already: index %.*s is %s",
                          run->script->file, index + 1, (int)subject.name.size, subject.name.data,
                          subject.is_drop ? "gone" : "built");
    return TN_OK;
}
