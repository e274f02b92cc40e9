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
    const char *message; /* without what is the help */
    size_t token;        /* that the server points at; SIZE_MAX: none */
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

/* What the server says without its hint, which is the help; where that is the detail, without this. */
static const char *message_of(const struct tn__judge *judge, const tn_error *err)
{
    const struct tn__pg_words *said = &judge->bench->refused;
    const char *message = NULL;
    if (said->message && said->hint && said->detail)
        message = tn__arena_printf(judge->arena, "%s (%.*s)", said->message,
                                   (int)trimmed(said->detail).size, said->detail);
    else
        message = said->message;
    return message ? message : err->message;
}

/* The server's own hint, or its detail. */
static void help(const struct refusal *refusal, struct tn__diag *diag)
{
    const struct tn__pg_words *said = &refusal->judge->bench->refused;
    const char *text = said->hint ? said->hint : said->detail;
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
    if (!name[0] || strstr(refusal->message, "FROM-clause")) {
        /* of an alias that is not there, or not to be seen from here */
        struct tn__diag *diag = tn__diags_add(
            judge->diags, "unknown-table", place_of(refusal), name[0] ? "no table '%s' here" : "%s",
            name[0] ? name : in_quotes(refusal, refusal->message));
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
    const char *open = strchr(refusal->message, '"');
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
                                    in_quotes(refusal, refusal->message)));
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
        tn__judge_note_origin(judge, diag, table);
}

/* What others call otherwise. */
static const struct {
    const char *name;
    const char *ours;
} elsewhere[] = {
    {"char", "chr(…)"},
    {"date_format", "to_char(…, 'YYYY-MM-DD')"},
    {"datetime", "to_char(…, 'YYYY-MM-DD HH24:MI:SS')"},
    {"getdate", "now()"},
    {"group_concat", "string_agg(…, ',')"},
    {"hex", "encode(…, 'hex')"},
    {"ifnull", "coalesce(…)"},
    {"iif", "CASE WHEN … THEN … ELSE … END"},
    {"instr", "strpos(…)"},
    {"isnull", "coalesce(…)"},
    {"json_extract", "… ->> '…'"},
    {"json_group_array", "json_agg(…)"},
    {"json_group_object", "json_object_agg(…)"},
    {"julianday", "extract(julian FROM …)"},
    {"last_insert_id", "RETURNING"},
    {"last_insert_rowid", "RETURNING"},
    {"len", "length(…)"},
    {"nvl", "coalesce(…)"},
    {"printf", "format(…)"},
    {"strftime", "to_char(…, 'YYYY-MM-DD')"},
    {"total", "coalesce(sum(…), 0)"},
    {"unixepoch", "extract(epoch FROM …)"},
};

static const char *function_elsewhere(tn_text name)
{
    for (size_t i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++)
        if (tn__text_is_nocase(name, elsewhere[i].name))
            return elsewhere[i].ours;
    return NULL;
}

/* Whether it can be called where it stands: procedures by CALL alone, and those of triggers nowhere. */
static bool is_callable(const struct tn__server_function *function, bool is_call)
{
    const char *result = function->result ? function->result->name : "";
    return (function->kind == 'p') == is_call && strcmp(result, "trigger") != 0 &&
           strcmp(result, "event_trigger") != 0;
}

/* The functions that a statement can name without their schema, and its own. */
static const char *nearest_function(const struct refusal *refusal, tn_text name)
{
    struct tn__judge *judge = refusal->judge;
    const struct tn__server_catalog *server = judge->checked->catalog.server;
    const char **names = tn_arena_array(judge->arena, server->function_count, sizeof(*names));
    size_t count = 0;
    for (size_t i = 0; names && i < server->function_count; i++)
        if (is_callable(&server->functions[i], tn__sql_is(&judge->sql, 0, "CALL")))
            names[count++] = server->functions[i].name;
    return names ? tn__nearest(name, names, count) : NULL;
}

/* The token that is a function's name; SIZE_MAX: it is an operator. */
static size_t function_at(const struct tn__sql *sql, size_t token)
{
    static const char *const operators[] = {"BETWEEN", "ILIKE",    "IN",      "IS", "LIKE",
                                            "NOT",     "OVERLAPS", "SIMILAR", NULL};
    bool is_name = token < sql->count && (sql->tokens[token].kind == TN__TOK_WORD ||
                                          sql->tokens[token].kind == TN__TOK_NAME);
    if (!is_name || tn__sql_is_any(sql, token, operators))
        return SIZE_MAX;
    while (tn__sql_is_op(sql, token + 1, ".")) /* behind its schema */
        token += 2;
    return token;
}

static void refuse_function(const struct refusal *refusal)
{
    struct tn__judge *judge = refusal->judge;
    const char *message = in_quotes(refusal, refusal->message);
    size_t token = function_at(&judge->sql, refusal->token);
    tn_text name = token != SIZE_MAX ? tn__sql_name(&judge->sql, token) : (tn_text){NULL, 0};
    const char *near = name.data ? nearest_function(refusal, name) : NULL;
    const char *ours = name.data ? function_elsewhere(name) : NULL;
    /* Known by its name, and not with such arguments. */
    bool is_known = near && tn__text_is_nocase(name, near);
    struct tn__diag *diag =
        tn__diags_add(judge->diags, name.data ? "unknown-function" : "engine-error",
                      place_of(refusal), "%s", message);
    if (ours && !is_known)
        tn__diag_help(judge->diags, diag, "%s", ours);
    else if (near && !is_known)
        tn__diag_help(judge->diags, diag, "'%s'", near);
    else
        help(refusal, diag);
}

/* --- the others --------------------------------------------------------------------------------- */

/* "'u.id' or 'v.id'": whose a column may be. */
static void refuse_ambiguous(const struct refusal *refusal)
{
    struct tn__judge *judge = refusal->judge;
    const struct tn__sql_source *sources;
    size_t count;
    struct tn__buf buf;
    tn_text name = refusal->token < judge->sql.count ? tn__sql_name(&judge->sql, refusal->token)
                                                     : (tn_text){NULL, 0};
    struct tn__diag *diag = tn__diags_add(judge->diags, "engine-error", place_of(refusal), "%s",
                                          in_quotes(refusal, refusal->message));
    if (!name.data || tn__sql_sources(&sources, &count, &judge->sql, judge->arena) != TN_OK)
        return;
    tn__buf_init(&buf, 0);
    for (size_t i = 0; i < count; i++) {
        const struct tn__table *table = tn__judge_source_table(judge, &sources[i]);
        if (table && tn__table_column(table, name))
            tn__buf_printf(&buf, "%s'%.*s.%.*s'", tn__buf_view(&buf).size ? " or " : "",
                           (int)sources[i].alias.size, sources[i].alias.data, (int)name.size,
                           name.data);
    }
    tn_text names = tn__buf_view(&buf);
    if (names.size > 0)
        tn__diag_help(judge->diags, diag, "%.*s", (int)names.size, names.data);
    tn__buf_fini(&buf);
}

/* A parameter as other engines write it: ?, ?1, @name, $name. */
static void help_param(const struct refusal *refusal, struct tn__diag *diag)
{
    const struct tn__sql *sql = &refusal->judge->sql;
    for (size_t i = 0; i < sql->count; i++) {
        tn_text text = tn__sql_text(sql, i);
        bool is_sign = tn__text_ends(text, "?") || tn__text_is(text, "@") ||
                       (tn__text_starts(text, "$") && !refusal->judge->params.of_token[i]);
        if (!is_sign || sql->tokens[i].kind == TN__TOK_STRING ||
            sql->tokens[i].kind == TN__TOK_NAME)
            continue;
        tn__diag_help(refusal->judge->diags, diag, "a parameter is ':name' or '$1'");
        return;
    }
}

static void refuse_syntax(const struct refusal *refusal)
{
    const struct tn__sql *sql = &refusal->judge->sql;
    const char *message = in_quotes(refusal, refusal->message);
    static const char *const fronts[] = {"syntax error at or near ",
                                         "syntax error at end of input"};
    if (tn__text_starts(tn_text_of(message), fronts[0]) && refusal->token < sql->count) {
        tn_text word = tn__sql_text(sql, refusal->token);
        help_param(refusal, tn__diags_add(refusal->judge->diags, "syntax-error", place_of(refusal),
                                          "syntax error near '%.*s'", (int)word.size, word.data));
    } else if (strcmp(message, fronts[1]) == 0) {
        help_param(refusal, tn__diags_add(refusal->judge->diags, "syntax-error", place_of(refusal),
                                          "the statement is incomplete"));
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
        const char *dollar = strchr(refusal->message, '$');
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
    const char *detail = judge->bench->refused.detail;
    size_t param = param_of(refusal);
    if (param == SIZE_MAX) {
        tn__diags_add(judge->diags, "engine-error", place_of(refusal), "%s",
                      in_quotes(refusal, refusal->message));
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
                                          "%s", in_quotes(refusal, refusal->message));
    help(refusal, diag);
}

static const struct {
    const char *sqlstate;
    void (*refuse)(const struct refusal *refusal);
} kinds[] = {
    {"42702", refuse_ambiguous}, {"42P01", refuse_table},  {"42703", refuse_column},
    {"42883", refuse_function},  {"42601", refuse_syntax}, {"42P18", refuse_untyped},
    {"42P08", refuse_untyped},
};

void tn__pg_judge_refuse(struct tn__judge *judge, int status, const tn_error *err)
{
    struct refusal refusal = {
        .judge = judge, .err = err, .message = message_of(judge, err), .token = SIZE_MAX};
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
