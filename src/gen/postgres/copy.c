/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "gen/postgres/postgres.h"
#include "gen/writer.h"
#include "lex/lex.h"
#include "util/str.h"

/* Statements that a COPY can stand for: INSERT INTO table (columns) VALUES ($1, $2, …), and nothing else. */

struct reader {
    struct tn__lexer lexer;
    struct tn__token token;
    struct tn__buf *table;
    struct tn__buf *columns; /* literals behind commas */
};

static void next(struct reader *r)
{
    r->token = tn__lex_next_solid(&r->lexer);
}

static bool take_word(struct reader *r, const char *word)
{
    bool is_it = tn__token_is(&r->lexer, r->token, word);
    if (is_it)
        next(r);
    return is_it;
}

static bool take_sign(struct reader *r, const char *sign)
{
    bool is_it = tn__text_is(tn__token_text(&r->lexer, r->token), sign);
    if (is_it)
        next(r);
    return is_it;
}

/* An identifier as the server takes it; in quotes only if it is written so. U&"a" is left alone. */
static bool take_name(struct reader *r, struct tn__buf *out, bool keeps_quotes)
{
    tn_text text = tn__token_text(&r->lexer, r->token);
    bool is_quoted = r->token.kind == TN__TOK_NAME && text.data[0] == '"';
    if (r->token.kind != TN__TOK_WORD && !is_quoted)
        return false;
    next(r);
    if (is_quoted && keeps_quotes) {
        tn__buf_text(out, text);
        return true;
    }
    for (size_t i = is_quoted; i < text.size - is_quoted; i++) {
        char c = text.data[i];
        tn__buf_putc(out, !is_quoted && c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
        i += is_quoted && c == '"'; /* doubled */
    }
    return true;
}

static bool read_table(struct reader *r)
{
    bool is_name = take_name(r, r->table, true);
    while (is_name && take_sign(r, ".")) {
        tn__buf_putc(r->table, '.');
        is_name = take_name(r, r->table, true);
    }
    return is_name;
}

static bool read_columns(struct reader *r, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct tn__buf name;
        tn__buf_init(&name, 0);
        bool is_name = (i == 0 || take_sign(r, ",")) && take_name(r, &name, false);
        if (is_name) {
            tn__buf_puts(r->columns, i ? ", " : "");
            tn__write_string(r->columns, tn__buf_view(&name));
        }
        if (name.status != TN_OK)
            tn__buf_fail(r->columns, name.status);
        tn__buf_fini(&name);
        if (!is_name)
            return false;
    }
    return true;
}

static bool read_values(struct reader *r, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char number[24];
        snprintf(number, sizeof(number), "$%zu", i + 1);
        if ((i > 0 && !take_sign(r, ",")) || !take_sign(r, number))
            return false;
    }
    return true;
}

static bool read_insert(struct reader *r, size_t count)
{
    next(r);
    return take_word(r, "INSERT") && take_word(r, "INTO") && read_table(r) && take_sign(r, "(") &&
           read_columns(r, count) && take_sign(r, ")") && take_word(r, "VALUES") &&
           take_sign(r, "(") && read_values(r, count) && take_sign(r, ")") &&
           r->token.kind == TN__TOK_END;
}

/* Bytes for bytes; of texts the library knows a numeric's. */
static bool can_be_copied(const struct tn__query *query)
{
    for (size_t i = 0; i < query->param_count; i++)
        if (query->params[i].is_list || (tn__pgen_is_word(&query->params[i]) &&
                                         query->params[i].typing.type != TN__TYPE_NUMERIC))
            return false;
    return query->param_count > 0 && query->column_count == 0 && !query->variants;
}

bool tn__pgen_emit_copy_of(struct tn__buf *out, const struct tn__planned_query *planned)
{
    const struct tn__query *query = planned->query;
    struct tn__buf table;
    struct tn__buf columns;
    struct reader reader = {.table = &table, .columns = &columns};
    if (!can_be_copied(query))
        return false;
    tn__buf_init(&table, 0);
    tn__buf_init(&columns, 0);
    tn__lex_init(&reader.lexer, query->emitted, TN__POSTGRES);
    bool is_insert = read_insert(&reader, query->param_count);
    if (is_insert) {
        tn__buf_printf(out,
                       "\n/* clang-format off */\n"
                       "static const char *const %s_targets[] = {",
                       planned->function);
        tn__buf_text(out, tn__buf_view(&columns));
        tn__buf_printf(out, "};\nstatic const struct tn_pg_copy %s_into = {", planned->function);
        tn__write_string(out, tn__buf_view(&table));
        tn__buf_printf(out, ", %s_targets};\n/* clang-format on */\n", planned->function);
    }
    if (table.status != TN_OK || columns.status != TN_OK)
        tn__buf_fail(out, table.status != TN_OK ? table.status : columns.status);
    tn__buf_fini(&table);
    tn__buf_fini(&columns);
    return is_insert;
}
