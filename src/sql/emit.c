/* SPDX-License-Identifier: MIT */
#include "sql/emit.h"

#include "util/buf.h"
#include "util/str.h"

/* The whitespace that stands before the next token. */
struct gap {
    bool is_any;
    bool is_line;
    tn_text indent; /* of the line that begins */
};

/* Take up a space or comment token. A comment alone parts tokens as a blank does. */
static void gap_add(struct gap *gap, tn_text text, enum tn__tok kind)
{
    gap->is_any = true;
    if (kind != TN__TOK_SPACE)
        return;
    for (size_t i = text.size; i > 0; i--) {
        if (text.data[i - 1] == '\n') {
            gap->is_line = true;
            gap->indent = tn__text_sub(text, i, text.size - i);
            return;
        }
    }
}

static void gap_write(const struct gap *gap, struct tn__buf *buf)
{
    if (buf->size == 0 || !gap->is_any)
        return;
    if (gap->is_line) {
        tn__buf_putc(buf, '\n');
        tn__buf_text(buf, gap->indent);
    } else {
        tn__buf_putc(buf, ' ');
    }
}

static const struct tn__sql_expansion *find_expansion(const struct tn__sql_expansion *expansions,
                                                      size_t count, size_t token)
{
    for (size_t i = 0; i < count; i++)
        if (token >= expansions[i].span.begin && token < expansions[i].span.end)
            return &expansions[i];
    return NULL;
}

static void write_token(struct tn__buf *buf, const struct tn__sql *sql, size_t i,
                        const struct tn__sql_params *params, const struct tn__sql_expansion *star)
{
    if (star && star->span.begin == i)
        tn__buf_text(buf, star->text);
    else if (params->of_token[i])
        tn__buf_printf(buf, "?%u", (unsigned)params->of_token[i]);
    else if (!star)
        tn__buf_text(buf, tn__sql_text(sql, i));
}

int tn__sql_emit(struct tn__sql_text *out, const struct tn__sql *sql,
                 const struct tn__sql_params *params, const struct tn__sql_expansion *expansions,
                 size_t expansion_count, tn_arena *arena)
{
    struct tn__sql_anchor *anchors = tn_arena_array(arena, sql->count + 1, sizeof(*anchors));
    if (!anchors)
        return TN_ENOMEM;
    struct tn__buf buf;
    struct tn__lexer lexer;
    struct gap gap = {0};
    size_t solid = 0;
    tn__buf_init(&buf, 0);
    tn__lex_init(&lexer, sql->text, TN__SQLITE);
    while (solid < sql->count) {
        struct tn__token token = tn__lex_next(&lexer);
        if (token.kind == TN__TOK_SPACE || token.kind == TN__TOK_COMMENT) {
            gap_add(&gap, tn__token_text(&lexer, token), token.kind);
            continue;
        }
        const struct tn__sql_expansion *star = find_expansion(expansions, expansion_count, solid);
        if (!star || star->span.begin == solid)
            gap_write(&gap, &buf);
        gap = (struct gap){0};
        anchors[solid] = (struct tn__sql_anchor){(uint32_t)buf.size, (uint32_t)token.offset};
        write_token(&buf, sql, solid, params, star);
        solid++;
    }
    int rc = tn__buf_to_arena(&buf, arena, &out->text);
    tn__buf_fini(&buf);
    out->anchors = anchors;
    out->anchor_count = sql->count;
    return rc;
}

size_t tn__sql_written_offset(const struct tn__sql_text *text, size_t emitted)
{
    size_t low = 0;
    size_t high = text->anchor_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (text->anchors[middle].emitted <= emitted)
            low = middle;
        else
            high = middle;
    }
    return high == 0 ? 0 : text->anchors[low].written;
}
