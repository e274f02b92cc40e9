/* SPDX-License-Identifier: MIT */
#include "check/judge/postgres/postgres.h"
#include "util/buf.h"
#include "util/str.h"

/*
 * The server's refusal of a statement, as a finding: at the token that it points at, by its SQLSTATE, in
 * its words where Tenon has no better ones. It stops at the first fault, and so does the finding.
 */

struct refusal {
    struct tn__judge *judge;
    const tn_error *err;
    size_t token; /* that the server points at; SIZE_MAX: none */
};

static struct tn__place place_of(const struct refusal *refusal)
{
    const struct tn__judge *judge = refusal->judge;
    size_t count = judge->sql.count;
    if (refusal->token == SIZE_MAX)
        return tn__judge_place(judge, 0, 0);
    if (refusal->token < count)
        return tn__judge_place(judge, refusal->token, refusal->token + 1);
    const struct tn__sql_token *last = &judge->sql.tokens[count - 1];
    return tn__query_place(judge->query, judge->query->stmt_offset + last->offset + last->size, 0);
}

/* In the house's quotes: relation 'x' does not exist. */
static const char *in_quotes(const struct refusal *refusal, const char *message)
{
    char *copy = tn_arena_alloc(refusal->judge->arena, strlen(message) + 1);
    if (!copy)
        return message;
    for (size_t i = 0; i <= strlen(message); i++)
        copy[i] = message[i] == '"' ? '\'' : message[i];
    return copy;
}

/* Without the full stop. */
static tn_text trimmed(const char *sentence)
{
    tn_text text = tn_text_of(sentence);
    return tn__text_sub(text, 0, text.size - tn__text_ends(text, "."));
}

/* The server's own hint, or its detail. */
static void help(const struct refusal *refusal, struct tn__diag *diag)
{
    const struct tn__pg_bench *bench = refusal->judge->bench;
    const char *text = bench->hint ? bench->hint : bench->detail;
    if (!text)
        return;
    const char *line =
        tn__arena_printf(refusal->judge->arena, "%.*s", (int)trimmed(text).size, text);
    if (!line)
        return;
    for (char *p = (char *)(uintptr_t)line; *p; p++)
        *p = *p == '\n' ? ' ' : *p;
    tn__diag_help(refusal->judge->diags, diag, "%s", in_quotes(refusal, line));
}

/* --- names ------------------------------------------------------------------------------------- */

/* "auth", of auth.users at its last token; NULL text: none. */
static tn_text qualifier_of(const struct refusal *refusal)
{
    const struct tn__sql *sql = &refusal->judge->sql;
    size_t token = refusal->token;
    return token != SIZE_MAX && token >= 2 && tn__sql_is_op(sql, token - 1, ".")
               ? tn__sql_name(sql, token - 2)
               : (tn_text){NULL, 0};
}

static void refuse_table(const struct refusal *refusal)
{
    struct tn__judge *judge = refusal->judge;
    const char *name = refusal->err->table;
    tn_text schema = qualifier_of(refusal);
    if (!name[0] || strstr(refusal->err->message, "FROM-clause")) {
        /* of an alias that is not there, or not to be seen from here */
        struct tn__diag *diag = tn__diags_add(
            judge->diags, "unknown-table", place_of(refusal), name[0] ? "no table '%s' here" : "%s",
            name[0] ? name : in_quotes(refusal, refusal->err->message));
        help(refusal, diag);
        return;
    }
    struct tn__diag *diag = tn__diags_add(
        judge->diags, "unknown-table", place_of(refusal), "no table '%.*s%s%s'", (int)schema.size,
        schema.data ? schema.data : "", schema.data ? "." : "", name);
    const char *full =
        schema.data ? tn__arena_printf(judge->arena, "%.*s.%s", (int)schema.size, schema.data, name)
                    : name;
    const char *near =
        full ? tn__catalog_nearest_table(&judge->checked->catalog, tn_text_of(full), judge->arena)
             : NULL;
    if (near)
        tn__diag_help(judge->diags, diag, "'%s'", near);
}

/* "Ann": a name to SQL, and a text to who comes from elsewhere. */
static bool is_in_double_quotes(const struct refusal *refusal)
{
    const struct tn__sql *sql = &refusal->judge->sql;
    return refusal->token < sql->count && sql->tokens[refusal->token].kind == TN__TOK_NAME;
}

/* The token that is the first name in quotes of the message, at the place or behind it: in
 * ON CONFLICT (nope) the server points at the parenthesis. */
static size_t find_quoted(const struct refusal *refusal)
{
    const struct tn__sql *sql = &refusal->judge->sql;
    const char *open = strchr(refusal->err->message, '"');
    const char *close = open ? strchr(open + 1, '"') : NULL;
    for (size_t i = refusal->token; close && i < sql->count; i++)
        if (tn__text_equal_nocase(tn__sql_name(sql, i),
                                  (tn_text){open + 1, (size_t)(close - open - 1)}))
            return i;
    return SIZE_MAX;
}

static void refuse_column(const struct refusal *pointed)
{
    struct refusal found = *pointed;
    const struct refusal *refusal = &found;
    struct tn__judge *judge = refusal->judge;
    tn_text name = tn_text_of(refusal->err->column);
    size_t quoted = name.size == 0 ? find_quoted(pointed) : SIZE_MAX;
    if (quoted != SIZE_MAX) {
        found.token = quoted;
        name = tn__sql_name(&judge->sql, quoted);
    }
    if (name.size == 0) {
        help(refusal, tn__diags_add(judge->diags, "unknown-column", place_of(refusal), "%s",
                                    in_quotes(refusal, refusal->err->message)));
        return;
    }
    const struct tn__table *table = tn__judge_only_table(judge, qualifier_of(refusal));
    const char *near = table ? tn__table_nearest_column(table, name, judge->arena)
                             : tn__judge_nearest_column(judge, name);
    bool is_hidden = near && tn__text_is(name, near);
    struct tn__diag *diag =
        table && !is_hidden
            ? tn__diags_add(judge->diags, "unknown-column", place_of(refusal),
                            "no column '%.*s' in table '%s'", (int)name.size, name.data,
                            tn__table_label(table))
            : tn__diags_add(judge->diags, "unknown-column", place_of(refusal), "no column '%.*s'%s",
                            (int)name.size, name.data, is_hidden ? " here" : "");
    bool is_text = is_in_double_quotes(refusal);
    if (near && !is_hidden)
        tn__diag_help(judge->diags, diag, is_text ? "'%s', or a text in single quotes" : "'%s'",
                      near);
    else if (is_text)
        tn__diag_help(judge->diags, diag, "a text is written '%.*s', in single quotes",
                      (int)name.size, name.data);
    else if (is_hidden)
        help(refusal, diag);
    if (table && !is_hidden)
        tn__judge_note_origin(judge, diag, table->name);
}

/* The functions that a statement can name without their schema, and its own. */
static const char *nearest_function(const struct refusal *refusal, tn_text name)
{
    struct tn__judge *judge = refusal->judge;
    const struct tn__server_catalog *server = judge->checked->catalog.server;
    const char **names = tn_arena_array(judge->arena, server->function_count, sizeof(*names));
    for (size_t i = 0; names && i < server->function_count; i++)
        names[i] = server->functions[i].name;
    return names ? tn__nearest(name, names, server->function_count) : NULL;
}

static void refuse_function(const struct refusal *refusal)
{
    struct tn__judge *judge = refusal->judge;
    const char *message = in_quotes(refusal, refusal->err->message);
    const struct tn__sql *sql = &judge->sql;
    size_t token = refusal->token;
    bool is_name = token < sql->count && (sql->tokens[token].kind == TN__TOK_WORD ||
                                          sql->tokens[token].kind == TN__TOK_NAME);
    while (is_name && tn__sql_is_op(sql, token + 1, ".")) /* behind its schema */
        token += 2;
    tn_text name = is_name ? tn__sql_name(sql, token) : (tn_text){NULL, 0};
    const char *near = name.data ? nearest_function(refusal, name) : NULL;
    /* Known by its name, and not with such arguments. */
    bool is_known = near && tn__text_is_nocase(name, near);
    struct tn__diag *diag =
        tn__diags_add(judge->diags, is_name ? "unknown-function" : "engine-error",
                      place_of(refusal), "%s", message);
    if (near && !is_known)
        tn__diag_help(judge->diags, diag, "'%s'", near);
    else
        help(refusal, diag);
}

/* --- the others --------------------------------------------------------------------------------- */

static void refuse_syntax(const struct refusal *refusal)
{
    const struct tn__sql *sql = &refusal->judge->sql;
    const char *message = in_quotes(refusal, refusal->err->message);
    static const char *const fronts[] = {"syntax error at or near ",
                                         "syntax error at end of input"};
    if (tn__text_starts(tn_text_of(message), fronts[0]) && refusal->token < sql->count) {
        tn_text word = tn__sql_text(sql, refusal->token);
        tn__diags_add(refusal->judge->diags, "syntax-error", place_of(refusal),
                      "syntax error near '%.*s'", (int)word.size, word.data);
    } else if (strcmp(message, fronts[1]) == 0) {
        tn__diags_add(refusal->judge->diags, "syntax-error", place_of(refusal),
                      "the statement is incomplete");
    } else { /* one of the server's lexer, or a fault of sense that has the same code */
        help(refusal, tn__diags_add(refusal->judge->diags, "engine-error", place_of(refusal), "%s",
                                    message));
    }
}

/* The parameter that the server speaks of; SIZE_MAX: none. */
static size_t param_of(const struct refusal *refusal)
{
    const struct tn__judge *judge = refusal->judge;
    size_t param = SIZE_MAX;
    if (refusal->token < judge->sql.count && judge->params.of_token[refusal->token])
        param = judge->params.of_token[refusal->token] - 1;
    for (size_t i = 0; param == SIZE_MAX && i < judge->params.count; i++) {
        const char *dollar = strchr(refusal->err->message, '$');
        int64_t number;
        if (dollar && tn__text_to_int(&number, tn_text_of(dollar + 1)) == TN_OK &&
            number == (int64_t)i + 1)
            param = i;
    }
    return param;
}

/* `$1`: what nothing tells the type of, or what has two. */
static void refuse_untyped(const struct refusal *refusal)
{
    const struct tn__judge *judge = refusal->judge;
    const char *detail = judge->bench->detail;
    size_t param = param_of(refusal);
    if (param == SIZE_MAX) {
        tn__diags_add(judge->diags, "engine-error", place_of(refusal), "%s",
                      in_quotes(refusal, refusal->err->message));
        return;
    }
    const struct tn__sql_token *token = &judge->all.tokens[judge->params.items[param].token];
    tn_text written = tn__text_sub(judge->all.text, token->offset, token->size);
    bool is_torn = strcmp(refusal->err->sqlstate, "42P08") == 0 && detail;
    struct tn__diag *diag =
        is_torn ? tn__diags_add(judge->diags, "engine-error", place_of(refusal),
                                "parameter '%.*s' is of two types: %.*s", (int)written.size,
                                written.data, (int)trimmed(detail).size, detail)
                : tn__diags_add(judge->diags, "engine-error", tn__judge_param_place(judge, param),
                                "nothing tells the server the type of parameter '%.*s'",
                                (int)written.size, written.data);
    tn__diag_help(judge->diags, diag, "'%.*s::int', or whatever it is", (int)written.size,
                  written.data);
}

static void refuse_plain(const struct refusal *refusal)
{
    struct tn__diag *diag = tn__diags_add(refusal->judge->diags, "engine-error", place_of(refusal),
                                          "%s", in_quotes(refusal, refusal->err->message));
    help(refusal, diag);
}

static const struct {
    const char *sqlstate;
    void (*refuse)(const struct refusal *refusal);
} kinds[] = {
    {"42P01", refuse_table},  {"42703", refuse_column},  {"42883", refuse_function},
    {"42601", refuse_syntax}, {"42P18", refuse_untyped}, {"42P08", refuse_untyped},
};

/* The driver has written what the server says beyond its message behind it, as text: here it is apart. */
static void cut(tn_error *err, const char *label)
{
    char *last = NULL;
    for (char *at = strstr(err->message, label); at; at = strstr(at + 1, label))
        last = at;
    if (last)
        *last = '\0';
}

void tn__pg_judge_refuse(struct tn__judge *judge, int status, const tn_error *err)
{
    tn_error bare = *err;
    struct refusal refusal = {.judge = judge, .err = &bare, .token = SIZE_MAX};
    if (judge->bench->hint)
        cut(&bare, "; hint: ");
    if (judge->bench->detail)
        cut(&bare, "; detail: ");
    if (status == TN_ECONNECT) { /* nobody judges any more */
        judge->status = status;
        if (judge->err)
            *judge->err = *err;
        return;
    }
    if (err->position > 0)
        refusal.token = tn__pg_token_at(judge, &judge->text, err->position - 1);
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strcmp(err->sqlstate, kinds[i].sqlstate) != 0)
            continue;
        kinds[i].refuse(&refusal);
        return;
    }
    refuse_plain(&refusal);
}
