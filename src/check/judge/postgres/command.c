/* SPDX-License-Identifier: MIT */
#include "check/judge/postgres/postgres.h"
#include "check/lint/lint.h"
#include "core/conn.h"
#include "util/str.h"

/*
 * TRUNCATE, ALTER TABLE, GRANT and their like the server takes unseen: it looks at them when they run. So
 * they do, on the database of the check, in a transaction that is undone. Not if that does not undo them, if they reach
 * beyond the database, or set off what might; then nothing is known of them, and that is said.
 */

enum outcome {
    RUN, /* is run */
    ANALYSED /* the server has looked at it already */,
    LEFT /* nobody judges it */
};

static const struct {
    const char *verb;
    enum outcome outcome;
} verbs[] = {
    {"ANALYSE", RUN},     {"ANALYZE", RUN},   {"LOCK", RUN},       {"NOTIFY", RUN},
    {"REFRESH", RUN},     {"TRUNCATE", RUN},  {"CALL", ANALYSED},  {"EXPLAIN", ANALYSED},
    {"SELECT", ANALYSED}, {"SHOW", ANALYSED}, {"TABLE", ANALYSED}, {"VALUES", ANALYSED},
    {"WITH", ANALYSED},
};

/* Where CREATE, ALTER and DROP stay in the database; roles, databases, tablespaces, subscriptions and servers do not,
 * and an extension brings programs. */
static const char *const objects[] = {
    "AGGREGATE", "CAST",  "COLLATION", "COLUMN",   "CONVERSION", "DOMAIN",
    "FUNCTION",  "INDEX", "OPERATOR",  "POLICY",   "PRIVILEGES", "PROCEDURE",
    "ROUTINE",   "RULE",  "SCHEMA",    "SEQUENCE", "STATISTICS", "TABLE",
    "TRIGGER",   "TYPE",  "VIEW",      NULL,
};

/* The word for what a command makes, from `i` on. */
static size_t object_at(const struct tn__sql *sql, size_t i)
{
    static const char *const marks[] = {
        "CONSTRAINT", "DEFAULT", "GLOBAL", "LOCAL",     "MATERIALIZED", "ON",       "OR",
        "RECURSIVE",  "REPLACE", "TEMP",   "TEMPORARY", "UNIQUE",       "UNLOGGED", NULL};
    while (tn__sql_is_any(sql, i, marks))
        i++;
    return i;
}

static bool is_held_object(const struct tn__sql *sql, size_t i)
{
    return tn__sql_is_any(sql, object_at(sql, i), objects);
}

/* The first such word outside of parentheses; sql->count: none. */
static size_t find_word(const struct tn__sql *sql, const char *word)
{
    size_t depth = 0;
    size_t i = 0;
    for (; i < sql->count; i++) {
        enum tn__tok kind = sql->tokens[i].kind;
        depth += kind == TN__TOK_LPAREN;
        depth -= kind == TN__TOK_RPAREN && depth > 0;
        if (depth == 0 && tn__sql_is(sql, i, word))
            break;
    }
    return i;
}

/* CREATE TABLE … AS and CREATE MATERIALIZED VIEW run their query, which has been analysed. */
static bool has_query(const struct tn__sql *sql)
{
    size_t object = object_at(sql, 1);
    if (tn__sql_is(sql, object, "VIEW"))
        return tn__sql_is(sql, object - 1, "MATERIALIZED");
    return tn__sql_is(sql, object, "TABLE") && find_word(sql, "AS") < sql->count;
}

static enum outcome outcome_of_grant(const struct tn__sql *sql)
{
    static const char *const shared[] = {"DATABASE",  "FOREIGN",    "LARGE",
                                         "PARAMETER", "TABLESPACE", NULL};
    size_t on = find_word(sql, "ON");
    return on < sql->count && !tn__sql_is_any(sql, on + 1, shared) ? RUN : LEFT; /* of a role */
}

static bool is_outside(tn_text text)
{
    struct tn__lexer lexer;
    struct tn__stmt_span span;
    tn__lex_init(&lexer, text, TN__POSTGRES);
    return tn__split_next(&span, &lexer, NULL) != TN_ROW || span.kind == TN__STMT_OUTSIDE;
}

/* Whether it calls what no rollback undoes, for all that is known (pg_create_restore_point(), lo_export()), or has the
 * server load a program. */
static bool reaches_out(const struct tn__sql *sql)
{
    for (size_t i = 0; i + 1 < sql->count; i++) {
        tn_text front = tn__text_sub(sql->tokens[i].name, 0, 3);
        bool is_called = sql->tokens[i + 1].kind == TN__TOK_LPAREN;
        if (is_called && (tn__text_is_nocase(front, "pg_") || tn__text_is_nocase(front, "lo_")))
            return true;
        bool is_language = tn__sql_is(sql, i, "LANGUAGE");
        tn_text language = tn__sql_text(sql, i + 1);
        if (is_language && (tn__text_is_nocase(language, "c") || tn__text_is(language, "'c'") ||
                            tn__text_is(language, "\"c\"")))
            return true;
    }
    return false;
}

static enum outcome outcome_of(const struct tn__sql *sql, tn_text text)
{
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
        if (tn__sql_is(sql, 0, verbs[i].verb))
            return verbs[i].outcome;
    if (sql->count > 0 && sql->tokens[0].kind == TN__TOK_LPAREN)
        return ANALYSED;
    if (is_outside(text))
        return LEFT;
    if (tn__sql_is(sql, 0, "GRANT") || tn__sql_is(sql, 0, "REVOKE"))
        return outcome_of_grant(sql);
    if (tn__sql_is(sql, 0, "CREATE") && is_held_object(sql, 1) && has_query(sql))
        return ANALYSED;
    static const char *const makers[] = {"ALTER", "COMMENT", "CREATE", "DROP", NULL};
    bool is_held = tn__sql_is_any(sql, 0, makers) && is_held_object(sql, 1);
    return is_held && !reaches_out(sql) ? RUN : LEFT;
}

/* Whether statements of the database could set off what no rollback undoes: triggers of theirs, which may do anything,
 * what reaches another server (dblink has a wrapper, too), and functions that may do what the server's user may. TN_OK,
 * or what tn_query() gives. */
static int find_others(struct tn__judge *judge, tn_error *err)
{
    static const char sql[] =
        "SELECT EXISTS (SELECT FROM pg_catalog.pg_foreign_data_wrapper)"
        " OR EXISTS (SELECT FROM pg_catalog.pg_language WHERE NOT lanpltrusted"
        " AND lanname NOT IN ('internal', 'c'))"
        " OR EXISTS (SELECT FROM pg_catalog.pg_event_trigger)"
        " OR EXISTS (SELECT FROM pg_catalog.pg_trigger"
        " WHERE NOT tgisinternal AND tgtype & 32 <> 0)"; /* TRUNCATE */
    struct tn__pg_bench *bench = judge->bench;
    tn_rows rows;
    if (bench->is_searched)
        return TN_OK;
    int rc = tn_query(&rows, tn_conn_db(judge->scratch->conn), sql, NULL, 0, judge->arena, err);
    if (rc != TN_OK)
        return rc;
    const tn_value *has = tn_rows_at(&rows, 0, 0);
    bench->has_others = !has || has->as.boolean;
    bench->is_searched = true;
    return TN_OK;
}

/* Of what refuses for where and when it was run, and not for what it says. */
static bool is_circumstance(const tn_error *err)
{
    static const char *const states[] = {
        "23",    /* rows that the migrations have put in: a program's are others */
        "25001", /* no transaction holds it */
        "42501", /* who checks may less than who runs */
        "P0",    /* what a function says that it calls */
        "55P03", "57014",
    };
    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
        if (tn__text_starts(tn_text_of(err->sqlstate), states[i]))
            return true;
    /* Roles are the server's that the program has; and a view it may have filled before it says REFRESH …
     * CONCURRENTLY. */
    tn_text message = tn_text_of(err->message);
    return (strcmp(err->sqlstate, "42704") == 0 && tn__text_starts(message, "role \"")) ||
           (strcmp(err->sqlstate, "0A000") == 0 && tn__text_starts(message, "CONCURRENTLY "));
}

static void say_unjudged(struct tn__judge *judge)
{
    tn_text verb = tn__sql_text(&judge->sql, 0);
    (void)tn__lint_add(judge->diags, judge->query, "not-judged", tn__judge_place(judge, 0, 1),
                       "of '%.*s' in '%s' the server says nothing before it runs", (int)verb.size,
                       verb.data, judge->query->name);
}

/* On the database of the check alone. */
int tn__pg_judge_command(struct tn__judge *judge, tn_text text, tn_error *err)
{
    enum outcome outcome = outcome_of(&judge->sql, text);
    if (judge->bench->is_borrowed)
        return TN_OK;
    if (outcome == RUN) {
        int rc = find_others(judge, err);
        if (rc != TN_OK)
            return rc;
        outcome = judge->bench->has_others ? LEFT : RUN;
    }
    if (outcome == RUN) {
        int rc = tn__pg_bench_try(judge, text, err);
        if (rc == TN_ENOMEM || rc == TN_ECONNECT || (rc != TN_OK && !is_circumstance(err)))
            return rc;
        outcome = rc == TN_OK ? RUN : LEFT;
    }
    if (outcome == LEFT)
        say_unjudged(judge);
    return TN_OK;
}
