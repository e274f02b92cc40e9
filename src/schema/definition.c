/* SPDX-License-Identifier: MIT */
#include "schema/definition.h"

#include "util/str.h"

struct tn__sql_span tn__definition_body(const struct tn__sql *sql)
{
    for (size_t i = 0; i < sql->count; i++) {
        if (sql->tokens[i].kind != TN__TOK_LPAREN)
            continue;
        size_t behind = tn__sql_skip_group(sql, i);
        bool is_closed = sql->tokens[behind - 1].kind == TN__TOK_RPAREN;
        return (struct tn__sql_span){i + 1, is_closed ? behind - 1 : behind};
    }
    return (struct tn__sql_span){sql->count, sql->count};
}

struct tn__sql_span tn__definition_piece(const struct tn__sql *sql, size_t *at, size_t end)
{
    struct tn__sql_span piece = {*at, *at};
    while (piece.end < end &&
           !(tn__sql_is_op(sql, piece.end, ",") && sql->tokens[piece.end].depth == 1))
        piece.end++;
    *at = piece.end + 1;
    return piece;
}

size_t tn__definition_word(const struct tn__sql *sql, struct tn__sql_span piece, const char *word)
{
    for (size_t i = piece.begin; i < piece.end; i++)
        if (sql->tokens[i].depth == 1 && tn__sql_is(sql, i, word))
            return i;
    return piece.end;
}

int tn__definition_name(tn_text *out, const struct tn__sql *sql, size_t i, tn_arena *arena)
{
    if (i < sql->count && sql->tokens[i].kind == TN__TOK_STRING)
        return tn__token_unquote(out, tn__sql_text(sql, i), arena);
    *out = tn__sql_name(sql, i);
    return TN_OK;
}

/* A deferral is a constraint of its own: it belongs to the last foreign key in front of it. */
bool tn__definition_deferred(bool *out, size_t count, const struct tn__sql *sql)
{
    struct tn__sql_span body = tn__definition_body(sql);
    size_t seen = 0;
    for (size_t i = body.begin; i < body.end; i++) {
        if (sql->tokens[i].depth != 1)
            continue;
        if (tn__sql_is(sql, i, "REFERENCES")) {
            if (seen == count)
                return false;
            out[seen++] = false;
        } else if (seen > 0 && tn__sql_is(sql, i, "DEFERRABLE")) {
            out[seen - 1] = !tn__sql_is(sql, i - 1, "NOT") && tn__sql_is(sql, i + 1, "INITIALLY") &&
                            tn__sql_is(sql, i + 2, "DEFERRED");
        }
    }
    return seen == count;
}

size_t tn__definition_module(const struct tn__sql *sql)
{
    for (size_t i = 0; i + 1 < sql->count; i++)
        if (sql->tokens[i].depth == 0 && tn__sql_is(sql, i, "USING"))
            return i + 1;
    return sql->count;
}

bool tn__definition_has_option(const struct tn__sql *sql, const char *word)
{
    for (size_t i = tn__definition_body(sql).end; i < sql->count; i++)
        if (tn__sql_is(sql, i, word))
            return true;
    return false;
}
