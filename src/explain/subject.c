/* SPDX-License-Identifier: MIT */
#include "check/read/variants.h"
#include "explain/engine.h"
#include "server/server.h"
#include "util/str.h"

/* Which statement is meant. */

enum {
    MOST_NAMES = 4096 /* that a suggestion is looked for among */
};

static bool is_word(tn_text text)
{
    if (text.size == 0 || !tn__is_ident_start(text.data[0]))
        return false;
    for (size_t i = 1; i < text.size; i++)
        if (!tn__is_ident(text.data[i]))
            return false;
    return true;
}

/* --- a query */

const char *tn__explain_nearest(const struct tn__explain *explain, tn_text name)
{
    const struct tn__checked *checked = &explain->checked;
    size_t count = checked->query_count < MOST_NAMES ? checked->query_count : MOST_NAMES;
    const char **names = tn_arena_array(explain->arena, count, sizeof(*names));
    for (size_t i = 0; names && i < count; i++)
        names[i] = checked->queries[i].name;
    return names ? tn__nearest(name, names, count) : NULL;
}

/* Of two with one name: the first, which is not the broken one. */
static struct tn__query *query_of(const struct tn__checked *checked, tn_text name)
{
    for (size_t i = 0; i < checked->query_count; i++)
        if (tn__text_is(name, checked->queries[i].name))
            return &checked->queries[i];
    return NULL;
}

/* Have those errors be the run's that stand in the query's own file; NULL: in any. */
static void take_findings(struct tn__diags *out, const struct tn__diags *aside, const char *file)
{
    memcpy(out->sources, aside->sources,
           sizeof out->sources); /* of which it has none of its own yet */
    for (size_t i = 0; i < aside->count; i++) {
        const struct tn__diag *from = &aside->items[i];
        if (from->severity != TN__ERROR || !from->place.file ||
            (file && strcmp(from->place.file, file) != 0))
            continue;
        struct tn__diag *diag = tn__diags_add(out, from->code, from->place, "%s", from->message);
        if (from->help)
            tn__diag_help(out, diag, "%s", from->help);
        for (const struct tn__diag_note *n = from->notes; n; n = n->next)
            tn__diag_note(out, diag, n->place, "%s", n->message);
    }
}

/* The server that the query is judged on, and then explained, unless a URL names one. */
static int start_server(struct tn__explain *explain, tn_error *err)
{
    static const char *const settings[] = {"log_min_messages=fatal", "autovacuum=off", NULL};
    const struct tn__server_options options = {.max_connections = 20, .settings = settings};
    if (explain->options->dialect != TN__POSTGRES || explain->options->server_url)
        return TN_OK;
    explain->own_options = *explain->options;
    int rc = tn__server_start(&explain->server, &options, err);
    if (rc != TN_OK)
        return rc == TN_ENOTFOUND ? TN_ECONNECT : rc;
    explain->own_options.server_url = tn__server_url(explain->server, "postgres", explain->arena);
    explain->options = &explain->own_options;
    return explain->own_options.server_url ? TN_OK : tn_error_set(err, TN_ENOMEM, "out of memory");
}

/* As 'tenon check' judges it, alone. Its advice is not wanted here: `aside`. */
static int judge_query(struct tn__explain *explain, struct tn__query *query,
                       struct tn__diags *aside, tn_error *err)
{
    struct tn__checked alone = explain->checked;
    alone.queries = query;
    alone.query_count = 1;
    int rc = start_server(explain, err);
    if (rc != TN_OK)
        return rc;
    rc = tn__check_judge(&alone, explain->options, explain->arena, aside, err);
    if (rc == TN_ENOMEM)
        return rc;
    bool has_server = rc == TN_OK || rc == TN_EREFUSED; /* a migration may fail on it */
    if (explain->options->dialect == TN__POSTGRES && !has_server)
        return rc == TN_ENOTFOUND ? TN_ECONNECT : rc;
    if (rc != TN_OK || query->is_broken || !query->emitted.data) {
        take_findings(explain->diags, aside, rc == TN_OK ? query->written.file->path : NULL);
        return rc == TN_OK ? tn_error_set(err, TN_ESYNTAX, "query '%s' is broken", query->name)
                           : TN_ESYNTAX;
    }
    explain->query = query;
    explain->key = query->variants ? query->variants->keys[0] : 0;
    explain->sql = query->emitted;
    return TN_OK;
}

/* --- SQL */

static struct tn__place place_of(tn_text sql, size_t offset, size_t size)
{
    return tn__place_at("sql", sql, offset, size);
}

/* Without EXPLAIN in front, with what it may have, which is what is done anyway. */
static tn_text skip_explain(const struct tn__explain *explain, tn_text sql)
{
    struct tn__lexer lexer;
    tn__lex_init(&lexer, sql, explain->options->dialect);
    struct tn__token token = tn__lex_next_solid(&lexer);
    if (!tn__token_is(&lexer, token, "EXPLAIN"))
        return sql;
    token = tn__lex_next_solid(&lexer);
    static const char *const words[] = {"QUERY", "PLAN", "ANALYZE", "ANALYSE", "VERBOSE"};
    bool goes_on = true;
    while (goes_on) {
        goes_on = token.kind == TN__TOK_LPAREN;
        while (goes_on && token.kind != TN__TOK_RPAREN && token.kind != TN__TOK_END)
            token = tn__lex_next_solid(&lexer);
        for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
            goes_on = goes_on || tn__token_is(&lexer, token, words[i]);
        if (goes_on)
            token = tn__lex_next_solid(&lexer);
    }
    return tn__text_sub(sql, token.offset, sql.size);
}

static int check_verb(struct tn__explain *explain, tn_text sql, tn_text stmt)
{
    struct tn__lexer lexer;
    const struct tn__explain_refused *refused = tn__explain_engine_of(explain)->refused;
    tn__lex_init(&lexer, stmt, explain->options->dialect);
    struct tn__token token = tn__lex_next_solid(&lexer);
    tn__diags_source(explain->diags, "sql", sql);
    for (; refused->word; refused++) {
        if (!tn__token_is(&lexer, token, refused->word))
            continue;
        size_t offset = (size_t)(stmt.data - sql.data) + token.offset;
        struct tn__diag *diag =
            tn__diags_add(explain->diags, "refused", place_of(sql, offset, token.size),
                          "'%s' has no plan: %s", refused->word, refused->why);
        tn__diag_help(explain->diags, diag, "SELECT, INSERT, UPDATE or DELETE");
        return TN_EREFUSED;
    }
    return TN_OK;
}

static int take_sql(struct tn__explain *explain, tn_text sql, tn_error *err)
{
    const struct tn__stmt_span *spans;
    size_t count;
    int rc = tn__split(&spans, &count, sql, explain->options->dialect, explain->arena, err);
    if (rc == TN_ESYNTAX) {
        tn__diags_source(explain->diags, "sql", sql);
        size_t at = err->position ? err->position - 1 : 0;
        tn__diags_add(explain->diags, "syntax-error", place_of(sql, at, 1), "%s", err->message);
        return rc;
    }
    if (rc != TN_OK)
        return rc;
    if (count == 0)
        return tn_error_set(err, TN_EINVAL, "there is no statement in it");
    if (count > 1) {
        tn__diags_source(explain->diags, "sql", sql);
        tn__diags_add(explain->diags, "multiple-statements",
                      place_of(sql, spans[1].offset, spans[1].size),
                      "one statement has a plan, and here is another");
        return TN_ESYNTAX;
    }
    explain->sql = skip_explain(explain, tn__text_sub(sql, spans[0].offset, spans[0].size));
    if (explain->sql.size == 0)
        return tn_error_set(err, TN_EINVAL, "there is no statement in it");
    return check_verb(explain, sql, explain->sql);
}

/* --- */

int tn__explain_find(struct tn__explain *explain, tn_text subject, bool needs_project,
                     tn_error *err)
{
    struct tn__diags aside;
    tn_error why = {0};
    subject = tn__text_trim(subject);
    bool is_name = is_word(subject);
    tn__diags_init(&aside, explain->arena);
    int rc = tn__check_read(&explain->checked, explain->options, explain->arena, &aside, &why);
    if (rc == TN_ENOMEM)
        return tn_error_set(err, rc, "out of memory");
    if (rc != TN_OK) {
        explain->checked = (struct tn__checked){0};
        if (!is_name && !needs_project)
            return take_sql(explain, subject, err);
        take_findings(explain->diags, &aside, NULL);
        if (err)
            *err = why;
        return TN_EINVAL;
    }
    if (!is_name)
        return take_sql(explain, subject, err);
    struct tn__query *query = query_of(&explain->checked, subject);
    if (!query && check_verb(explain, subject, subject) != TN_OK)
        return TN_EREFUSED;
    if (!query)
        return tn_error_set(err, TN_ENOTFOUND, "no query '%.*s'", (int)subject.size, subject.data);
    if (!query->is_broken)
        return judge_query(explain, query, &aside, err);
    take_findings(explain->diags, &aside, query->written.file->path);
    return tn_error_set(err, TN_ESYNTAX, "query '%s' is broken", query->name);
}
